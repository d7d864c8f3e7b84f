from __future__ import annotations

from typing import TYPE_CHECKING

from swiftlog_core.explain.parsers.elm import PARSER

if TYPE_CHECKING:
    from collections.abc import Callable

    from swiftlog_core.events import Finding

OUTPUT = """\
-- NAMING ERROR ----------------------------------------------- src/Main.elm

I cannot find a `foo` variable:

5|   foo
     ^^^
"""


def test_a_titled_section_is_one_problem(
    read: Callable[..., list[Finding]],
) -> None:
    found = read(PARSER, OUTPUT)
    assert [(f.severity, f.first_line, f.last_line, f.file, f.line) for f in found] == [
        ("error", 1, 6, "src/Main.elm", 0),
    ]
    assert found[0].message == "NAMING ERROR"
