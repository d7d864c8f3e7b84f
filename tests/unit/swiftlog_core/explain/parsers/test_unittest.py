from __future__ import annotations

from typing import TYPE_CHECKING

from swiftlog_core.explain.parsers.unittest import PARSER

if TYPE_CHECKING:
    from collections.abc import Callable

    from swiftlog_core.events import Finding

OUTPUT = """\
F
======================================================================
FAIL: test_x (__main__.T.test_x)
----------------------------------------------------------------------
Traceback (most recent call last):
  File "/tmp/u.py", line 4, in test_x
    self.assertEqual(1,2)
AssertionError: 1 != 2

----------------------------------------------------------------------
Ran 1 test in 0.001s

FAILED (failures=1)
"""


def test_a_failed_test_is_found_with_its_traceback(
    read: Callable[..., list[Finding]],
) -> None:
    found = read(PARSER, OUTPUT)
    assert [(f.severity, f.first_line, f.last_line, f.file, f.line) for f in found] == [
        ("error", 2, 10, "", 0),
        ("note", 13, 13, "", 0),
    ]
    assert found[0].message == "AssertionError: 1 != 2"
