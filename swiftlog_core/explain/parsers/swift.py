"""xcodebuild through xcpretty, XCTest, Swift Package Manager."""

from __future__ import annotations

import re
from typing import Final

from swiftlog_core.explain.parser import TEST
from swiftlog_core.explain.shapes import (
    NOTE,
    Shape,
    ShapeParser,
    expressions,
    literals,
)

PARSER: Final = ShapeParser(
    "swift",
    TEST,
    (
        *literals("❌", "✗ ", "** TEST FAILED", "** BUILD FAILED"),
        *expressions(
            r"\.(?:swift|m|mm):[0-9]{1,6}: error: ", r"Executed [0-9]{1,6} test"
        ),
    ),
    (
        Shape(
            re.compile(r".{0,20}❌ +(?P<message>\S.*)"),
            more=re.compile(r"(?!.{0,20}[❌✗✓]|\S+:\d+: |\*\*)\s*\S"),
            limit=6,
            blanks=1,
        ),
        Shape(re.compile(r"\s+✗ (?P<message>\S.*)")),
        Shape(
            re.compile(
                r"(?P<file>\S+):(?P<line>\d+): error: (?P<message>-\[.*|\S+ : .*)"
            )
        ),
        Shape(re.compile(r"\*\* (?:TEST|BUILD|ARCHIVE) FAILED \*\*"), severity=NOTE),
        Shape(re.compile(r"\s*Executed \d+ tests?, with [1-9].*"), severity=NOTE),
    ),
)
