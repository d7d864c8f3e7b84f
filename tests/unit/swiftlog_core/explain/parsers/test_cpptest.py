from __future__ import annotations

from typing import TYPE_CHECKING

from swiftlog_core.explain.parsers.cpptest import PARSER

if TYPE_CHECKING:
    from collections.abc import Callable

    from swiftlog_core.events import Finding

OUTPUT = """\
[ RUN      ] Sum.Adds
sum_test.cc:7: Failure
Expected equality of these values:
  4
  sum(1, 2)
    Which is: 3
[  FAILED  ] Sum.Adds (0 ms)
sum.cpp:5: FAILED:
  REQUIRE( sum(1, 2) == 4 )
with expansion:
  3 == 4
"""


def test_googletest_and_catch_are_found(
    read: Callable[..., list[Finding]],
) -> None:
    found = read(PARSER, OUTPUT)
    assert [(f.severity, f.first_line, f.last_line, f.file, f.line) for f in found] == [
        ("error", 2, 6, "sum_test.cc", 7),
        ("error", 7, 7, "", 0),
        ("error", 8, 11, "sum.cpp", 5),
    ]
    assert found[0].message == "Failure"
