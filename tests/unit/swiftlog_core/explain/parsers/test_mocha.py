from __future__ import annotations

from typing import TYPE_CHECKING

from swiftlog_core.explain.parsers.mocha import PARSER

if TYPE_CHECKING:
    from collections.abc import Callable

    from swiftlog_core.events import Finding

OUTPUT = """\
  1 passing (12ms)
  1 failing

  1) adder
       adds numbers:

      AssertionError: expected 3 to equal 4
      + expected - actual
      -3
      +4
      at Context.<anonymous> (test/adder.js:5:20)

"""


def test_numbered_failures_take_the_lines_below(
    read: Callable[..., list[Finding]],
) -> None:
    found = read(PARSER, OUTPUT)
    assert [(f.severity, f.first_line, f.last_line, f.file, f.line) for f in found] == [
        ("note", 2, 2, "", 0),
        ("error", 4, 11, "", 0),
    ]
    assert found[1].message == "AssertionError: expected 3 to equal 4"
