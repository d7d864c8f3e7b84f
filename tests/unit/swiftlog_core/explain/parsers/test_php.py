from __future__ import annotations

from typing import TYPE_CHECKING

from swiftlog_core.explain.parsers.php import PARSER

if TYPE_CHECKING:
    from collections.abc import Callable

    from swiftlog_core.events import Finding

OUTPUT = """\
There was 1 failure:

1) App\\Tests\\SumTest::testAdds
Failed asserting that 3 matches expected 4.

/w/tests/SumTest.php:12

FAILURES!
PHP Fatal error:  Uncaught Error: Call to undefined function foo() in /w/a.php:3
"""


def test_numbered_failures_and_fatal_errors_are_found(
    read: Callable[..., list[Finding]],
) -> None:
    found = read(PARSER, OUTPUT)
    assert [(f.severity, f.first_line, f.last_line, f.file, f.line) for f in found] == [
        ("note", 1, 1, "", 0),
        ("error", 3, 6, "", 0),
        ("note", 8, 8, "", 0),
        ("error", 9, 9, "/w/a.php", 3),
    ]
    assert found[1].message == "App\\Tests\\SumTest::testAdds"
