from __future__ import annotations

from typing import TYPE_CHECKING

from swiftlog_core.explain.parsers.generic import PARSER

if TYPE_CHECKING:
    from collections.abc import Callable

    from swiftlog_core.events import Finding

OUTPUT = """\
something could not be read
  because of reasons
0 errors
warning: it is old
✗ the sky is blue
please stand by
"""


def test_words_decide_on_the_severity(
    read: Callable[..., list[Finding]],
) -> None:
    found = read(PARSER, OUTPUT)
    assert [(f.severity, f.first_line, f.last_line, f.file, f.line) for f in found] == [
        ("error", 1, 2, "", 0),
        ("note", 3, 3, "", 0),
        ("warning", 4, 4, "", 0),
        ("error", 5, 5, "", 0),
        ("note", 6, 6, "", 0),
    ]
    assert found[0].message == "something could not be read"
