from __future__ import annotations

from typing import TYPE_CHECKING

from swiftlog_core.explain.parsers.ruby import PARSER

if TYPE_CHECKING:
    from collections.abc import Callable

    from swiftlog_core.events import Finding

OUTPUT = """\
  1) Failure:
SumTest#test_adds [test/sum_test.rb:6]:
Expected: 4
  Actual: 3

rake aborted!
Command failed with status (1)

2 examples, 1 failure
"""


def test_minitest_failures_and_rake_are_found(
    read: Callable[..., list[Finding]],
) -> None:
    found = read(PARSER, OUTPUT)
    assert [(f.severity, f.first_line, f.last_line, f.file, f.line) for f in found] == [
        ("error", 1, 4, "", 0),
        ("error", 6, 7, "", 0),
    ]
    assert found[0].message == "SumTest#test_adds [test/sum_test.rb:6]:"
