"""Perl: die messages, and the test harness."""

from __future__ import annotations

import re
from typing import Final

from swiftlog_core.explain.parser import TEST
from swiftlog_core.explain.shapes import NOTE, Shape, ShapeParser, expressions, literals

PARSER: Final = ShapeParser(
    "perl",
    TEST,
    (
        *expressions(r" line [0-9]{1,6}[.,]"),
        *literals("Dubious, test returned", "Test Summary Report", "Looks like you"),
        *literals("subtests", "BAIL OUT"),
    ),
    (
        Shape(
            re.compile(r"(?P<message>.*Dubious, test returned.*)"),
            more=re.compile(r"Failed |No subtests|\s+\S"),
            limit=4,
            above=re.compile(r"# |\S+ \.{2,} *$"),
            above_limit=10,
        ),
        Shape(
            re.compile(r"(?P<message>Failed \d+/\d+ (?:subtests|test programs).*)"),
            above=re.compile(r"# |\S+ \.{2,}"),
            above_limit=4,
        ),
        Shape(
            re.compile(r"(?P<message>Test Summary Report)"),
            severity=NOTE,
            more=re.compile(r"(?!Files=)\s*\S"),
            limit=20,
        ),
        Shape(
            re.compile(
                r"(?P<message>[^#].* at (?P<file>\S+) line (?P<line>\d+)[.,].*)"
            ),
            more=re.compile(r"(?:BEGIN failed|Compilation failed|#|\s+\S)"),
            limit=10,
        ),
        Shape(re.compile(r"# (?P<message>Looks like you.*)")),
    ),
)
