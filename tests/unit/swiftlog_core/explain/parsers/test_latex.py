from __future__ import annotations

from typing import TYPE_CHECKING

from swiftlog_core.explain.parsers.latex import PARSER

if TYPE_CHECKING:
    from collections.abc import Callable

    from swiftlog_core.events import Finding

OUTPUT = """\
! Undefined control sequence.
l.12 \\foo

LaTeX Warning: There were undefined references.
"""


def test_an_error_takes_the_line_that_it_names(
    read: Callable[..., list[Finding]],
) -> None:
    found = read(PARSER, OUTPUT)
    assert [(f.severity, f.first_line, f.last_line, f.file, f.line) for f in found] == [
        ("error", 1, 4, "", 0),
    ]
    assert found[0].message == "Undefined control sequence."
