from __future__ import annotations

from typing import TYPE_CHECKING

from swiftlog_core.explain.parsers.julia import PARSER

if TYPE_CHECKING:
    from collections.abc import Callable

    from swiftlog_core.events import Finding

OUTPUT = """\
Sum: Test Failed at /w/test/runtests.jl:5
  Expression: sum(1, 2) == 4
   Evaluated: 3 == 4
Stacktrace:
 [1] macro expansion
done
"""


def test_failed_tests_take_their_stack(
    read: Callable[..., list[Finding]],
) -> None:
    found = read(PARSER, OUTPUT)
    assert [(f.severity, f.first_line, f.last_line, f.file, f.line) for f in found] == [
        ("error", 1, 5, "/w/test/runtests.jl", 5),
    ]
    assert found[0].message == "Test Failed at /w/test/runtests.jl:5"
