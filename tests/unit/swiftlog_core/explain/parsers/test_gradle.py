from __future__ import annotations

from typing import TYPE_CHECKING

from swiftlog_core.explain.parsers.gradle import PARSER

if TYPE_CHECKING:
    from collections.abc import Callable

    from swiftlog_core.events import Finding

OUTPUT = """\
> Task :app:test FAILED

CalculatorTest > adds() FAILED
    org.opentest4j.AssertionFailedError: expected: <3> but was: <4>
        at app.CalculatorTest.adds(CalculatorTest.java:14)

FAILURE: Build failed with an exception.

* What went wrong:
Execution failed for task ':app:test'.
> There were failing tests. See the report at: file:///w/index.html

* Try:
> Run with --stacktrace option to get the stack trace.
"""


def test_what_went_wrong_and_failed_tests_are_found(
    read: Callable[..., list[Finding]],
) -> None:
    found = read(PARSER, OUTPUT)
    assert [(f.severity, f.first_line, f.last_line, f.file, f.line) for f in found] == [
        ("note", 1, 1, "", 0),
        ("error", 3, 5, "", 0),
        ("note", 7, 7, "", 0),
        ("error", 9, 11, "", 0),
        ("note", 13, 13, "", 0),
    ]
    assert found[1].message.startswith("org.opentest4j.AssertionFailedError: expecte")
