from __future__ import annotations

from typing import TYPE_CHECKING

from swiftlog_core.explain.parsers.emacs import PARSER

if TYPE_CHECKING:
    from collections.abc import Callable

    from swiftlog_core.events import Finding

OUTPUT = """\
Test sum-adds condition:
    (ert-test-failed
     ((should (= 4 (sum 1 2))) :form (= 4 3)))
   FAILED  1/2  sum-adds (0.000051 sec)
"""


def test_a_failed_ert_test_takes_its_condition(
    read: Callable[..., list[Finding]],
) -> None:
    found = read(PARSER, OUTPUT)
    assert [(f.severity, f.first_line, f.last_line, f.file, f.line) for f in found] == [
        ("error", 1, 4, "", 0),
    ]
    assert found[0].message == "sum-adds"
