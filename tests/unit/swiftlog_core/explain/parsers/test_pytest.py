from __future__ import annotations

from typing import TYPE_CHECKING

from swiftlog_core.explain.parsers.pytest import PARSER

if TYPE_CHECKING:
    from collections.abc import Callable

    from swiftlog_core.events import Finding

OUTPUT = """\
=================================== FAILURES ===================================
____________________________________ test_a ____________________________________

    def test_a():
        x = 1
>       assert x == 2, "no"
E       AssertionError: no
E       assert 1 == 2

test_a.py:3: AssertionError
=========================== short test summary info ============================
FAILED test_a.py::test_a - AssertionError: no
1 failed in 15.68s
"""


def test_a_failed_test_is_found_with_its_section_and_its_summary_line(
    read: Callable[..., list[Finding]],
) -> None:
    found = read(PARSER, OUTPUT)
    assert [(f.severity, f.first_line, f.last_line, f.file, f.line) for f in found] == [
        ("error", 2, 10, "", 0),
        ("error", 12, 12, "test_a.py", 0),
        ("note", 13, 13, "", 0),
    ]
    assert found[0].message == "AssertionError: no"
