from __future__ import annotations

from typing import TYPE_CHECKING

from swiftlog_core.explain.parsers.dart import PARSER

if TYPE_CHECKING:
    from collections.abc import Callable

    from swiftlog_core.events import Finding

OUTPUT = """\
00:01 +1 -1: adds numbers [E]
  Expected: <4>
    Actual: <3>
lib/main.dart:3:5: Error: Undefined name 'foo'.
    foo();
    ^^^
"""


def test_a_failed_test_takes_its_detail(
    read: Callable[..., list[Finding]],
) -> None:
    found = read(PARSER, OUTPUT)
    assert [(f.severity, f.first_line, f.last_line, f.file, f.line) for f in found] == [
        ("error", 1, 3, "", 0),
        ("error", 4, 6, "lib/main.dart", 3),
    ]
    assert found[0].message == "adds numbers"
