"""Maven: errors of the compiler and of goals, and Surefire's failed tests."""

from __future__ import annotations

import re
from typing import Final

from swiftlog_core.explain.parser import TEST
from swiftlog_core.explain.shapes import NOTE, Shape, ShapeParser, literals

_BOILERPLATE = re.compile(
    r"\[ERROR\]\s*(?:$|-> \[Help|\[Help|To see the full stack|Re-run Maven|For more"
    r" info"
    r"|After correcting|mvn <|mvn <args>|See (?:/|.*for the individual)"
    r"|Please refer to|COMPILATION ERROR|Failures: *$|Errors: *$)"
)
_STACK = re.compile(
    r"(?!\[(?:INFO|ERROR|WARNING|DEBUG)\]|Tests run:|Running \S+$|Results ?:"
    r"|\S+\(\S+\)\s+Time elapsed)\s*\S"
)

PARSER: Final = ShapeParser(
    "maven",
    TEST,
    (
        *literals("[ERROR]", "<<< FAILURE", "<<< ERROR", "BUILD FAILURE"),
        *literals("Failed tests:", "Tests in error:", "[FATAL]"),
    ),
    (
        Shape(_BOILERPLATE, severity=NOTE),
        Shape(re.compile(r"\[INFO\] BUILD FAILURE|\[ERROR\] BUILD"), severity=NOTE),
        Shape(
            re.compile(
                r"\[ERROR\]\s+(?P<file>(?:[A-Za-z]:)?[^\s:\[]+\.\w+):"
                r"(?:\[(?P<line>\d+),(?P<column>\d+)\]|(?P<line_2>\d+):?)(?P<message>.*)"
            ),
            more=re.compile(r"(?!\[)\s*\S|\[ERROR\]  +\S"),
            limit=15,
        ),
        Shape(
            re.compile(r"\[ERROR\] Failed to execute goal (?P<message>.*)"),
            more=re.compile(r"(?!\[)\s*\S"),
            limit=30,
        ),
        Shape(
            re.compile(
                r"(?:\[ERROR\]\s+)?(?P<message>\S.*Time elapsed.*<<< (?:FAIL|ERR).*)"
            ),
            more=_STACK,
            limit=100,
        ),
        Shape(
            re.compile(r"(?P<message>(?:Failed tests|Tests in error): *.*)"),
            more=re.compile(r"  +\S|\s*\S+\(\S+\)"),
            limit=30,
        ),
        Shape(
            re.compile(r"\[(?:ERROR|FATAL)\]\s+(?P<message>\S.*)"),
            more=re.compile(r"(?!\[)\s*\S"),
            limit=60,
        ),
    ),
)
