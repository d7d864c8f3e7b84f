from __future__ import annotations

from typing import TYPE_CHECKING

from swiftlog_core.explain.parsers.swift import PARSER

if TYPE_CHECKING:
    from collections.abc import Callable

    from swiftlog_core.events import Finding

OUTPUT = """\
❌  /w/Sources/App.swift:47:19: 'value' is inaccessible due to 'internal' protection level
    let a = b.value
              ^

    ✗ testAdds, XCTAssertEqual failed: ("3") is not equal to ("4")
/w/Tests/SumTests.swift:9: error: -[Tests.SumTests testAdds] : XCTAssertEqual failed
** TEST FAILED **
"""  # noqa: E501 - the tool prints it so


def test_xcpretty_and_xctest_failures_are_found(
    read: Callable[..., list[Finding]],
) -> None:
    found = read(PARSER, OUTPUT)
    assert [(f.severity, f.first_line, f.last_line, f.file, f.line) for f in found] == [
        ("error", 1, 3, "", 0),
        ("error", 5, 5, "", 0),
        ("error", 6, 6, "/w/Tests/SumTests.swift", 9),
        ("note", 7, 7, "", 0),
    ]
    assert found[0].message.startswith("/w/Sources/App.swift:47:19: 'value' is inacc")
