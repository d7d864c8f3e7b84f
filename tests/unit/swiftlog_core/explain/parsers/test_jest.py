from __future__ import annotations

from typing import TYPE_CHECKING

from swiftlog_core.explain.parsers.jest import PARSER

if TYPE_CHECKING:
    from collections.abc import Callable

    from swiftlog_core.events import Finding

OUTPUT = """\
FAIL src/sum.test.js
  ● adds 1 + 2

    expect(received).toBe(expected) // Object.is equality

    Expected: 4
    Received: 3

      at Object.toBe (src/sum.test.js:4:21)

Tests:       1 failed, 1 total
"""


def test_a_bullet_takes_its_diff(
    read: Callable[..., list[Finding]],
) -> None:
    found = read(PARSER, OUTPUT)
    assert [(f.severity, f.first_line, f.last_line, f.file, f.line) for f in found] == [
        ("error", 1, 9, "src/sum.test.js", 0),
        ("note", 11, 11, "", 0),
    ]
    assert found[0].message == "src/sum.test.js"
