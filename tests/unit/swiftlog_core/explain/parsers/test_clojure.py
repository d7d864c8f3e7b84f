from __future__ import annotations

from typing import TYPE_CHECKING

from swiftlog_core.explain.parsers.clojure import PARSER

if TYPE_CHECKING:
    from collections.abc import Callable

    from swiftlog_core.events import Finding

OUTPUT = """\
FAIL in (adds-test) (core_test.clj:7)
expected: (= 4 (add 1 2))
  actual: (not (= 4 3))

1 failures, 0 errors.
"""


def test_a_failed_assertion_takes_expected_and_actual(
    read: Callable[..., list[Finding]],
) -> None:
    found = read(PARSER, OUTPUT)
    assert [(f.severity, f.first_line, f.last_line, f.file, f.line) for f in found] == [
        ("error", 1, 3, "core_test.clj", 7),
        ("note", 5, 5, "", 0),
    ]
    assert found[0].message == "adds-test"
