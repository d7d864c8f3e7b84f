from __future__ import annotations

from typing import TYPE_CHECKING

from swiftlog_core.explain.parsers.tap import PARSER

if TYPE_CHECKING:
    from collections.abc import Callable

    from swiftlog_core.events import Finding

OUTPUT = """\
TAP version 13
ok 1 - fine
not ok 2 - adds
  ---
  operator: '=='
  ...
not ok 3 - later # TODO
1..3
"""


def test_a_failed_point_takes_its_diagnostics(
    read: Callable[..., list[Finding]],
) -> None:
    found = read(PARSER, OUTPUT)
    assert [(f.severity, f.first_line, f.last_line, f.file, f.line) for f in found] == [
        ("error", 3, 6, "", 0),
        ("note", 7, 7, "", 0),
    ]
    assert found[0].message == "adds"
