"""Tests of C and C++: GoogleTest, Catch2, doctest, Boost, CTest, Qt Test."""

from __future__ import annotations

import re
from typing import Final

from swiftlog_core.explain.parser import TEST
from swiftlog_core.explain.shapes import (
    INDENTED,
    NOT_BLANK,
    NOTE,
    Shape,
    ShapeParser,
    expressions,
    literals,
)

PARSER: Final = ShapeParser(
    "cpptest",
    TEST,
    (
        *literals(
            "[  FAILED  ]", ": FAILED:", "FAIL!  : ", "tests FAILED:", ": Failure"
        ),
        *expressions(r"error: in \"", r"\*\*\*(?:Failed|Exception|Timeout)"),
        *literals("is NOT correct!", "(Failed)"),
    ),
    (
        Shape(
            re.compile(r"(?P<file>\S+?)[:(](?P<line>\d+)\)?: (?P<message>Failure)$"),
            more=re.compile(r"(?!\[)\s*\S"),
            limit=20,
        ),
        Shape(
            re.compile(r"(?P<file>\S+?)[:(](?P<line>\d+)\)?: (?P<message>FAILED:.*)"),
            more=NOT_BLANK,
            limit=10,
        ),
        Shape(
            re.compile(
                r"(?P<file>\S+?)[:(](?P<line>\d+)\)?: (?:error: in \"|(?:FATAL"
                r" )?ERROR: )"
                r"(?P<message>.*)"
            ),
            more=INDENTED,
            limit=6,
        ),
        Shape(re.compile(r"FAIL!  : (?P<message>.*)"), more=INDENTED, limit=8),
        Shape(re.compile(r"\[  FAILED  \] \d+ tests?,.*"), severity=NOTE),
        Shape(re.compile(r"\[  FAILED  \] (?P<message>\S+.*)")),
        Shape(
            re.compile(r"(?P<message>The following tests FAILED:)"),
            more=INDENTED,
            limit=60,
        ),
        Shape(
            re.compile(
                r"\s*\d+/\d+ Test +#\d+: (?P<message>.*\*\*\*(?:Failed|Exce|Timeout).*)"
            )
        ),
    ),
)
