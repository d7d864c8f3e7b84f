from __future__ import annotations

from typing import TYPE_CHECKING

from swiftlog_core.explain.parsers.go import PARSER

if TYPE_CHECKING:
    from collections.abc import Callable

    from swiftlog_core.events import Finding

OUTPUT = """\
=== RUN   TestSum
--- FAIL: TestSum (0.00s)
    sum_test.go:9: got 3, want 4
FAIL
FAIL	example.com/sum	0.002s
# example.com/app
./main.go:7:2: undefined: foo
panic: runtime error: index out of range [3] with length 3

goroutine 1 [running]:
main.main()
	/w/main.go:9 +0x1d
exit status 2
"""


def test_failed_tests_and_build_errors_are_found(
    read: Callable[..., list[Finding]],
) -> None:
    found = read(PARSER, OUTPUT)
    assert [(f.severity, f.first_line, f.last_line, f.file, f.line) for f in found] == [
        ("error", 2, 3, "", 0),
        ("note", 5, 5, "", 0),
        ("error", 6, 7, "./main.go", 7),
        ("error", 8, 13, "", 0),
    ]
    assert found[0].message == "sum_test.go:9: got 3, want 4"
