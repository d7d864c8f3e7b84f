"""Go: failed tests, panics, errors of build and vet."""

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
    "go",
    TEST,
    (
        *literals("--- FAIL:", "panic: ", "FAIL\t", "fatal error: ", "DATA RACE"),
        *expressions(r"\.go:[0-9]"),
    ),
    (
        Shape(
            re.compile(r"\s*--- FAIL: (?P<message>\S+)"),
            more=re.compile(r"(?!\s*--- |\s*=== )\s+\S"),
            limit=80,
            key=re.compile(r"\s+(?P<message>\w+\.go:\d+: .*)"),
        ),
        Shape(
            re.compile(r"(?P<message>(?:panic|fatal error): .*)"),
            more=re.compile(
                r"\s+\S|goroutine|[\w./*()]+\(|created by|\[signal|exit st"
            ),
            limit=60,
            blanks=2,
        ),
        Shape(
            re.compile(
                r"(?:vet: )?(?P<file>\S+\.go):(?P<line>\d+)"
                r"(?::(?P<column>\d+))?: (?P<message>.*)"
            ),
            more=re.compile(r"\t\S"),
            limit=10,
            above=re.compile(r"# \S+"),
            above_limit=1,
        ),
        Shape(re.compile(r"FAIL\t\S+ \[(?:build|setup) failed\]")),
        Shape(re.compile(r"FAIL\t\S+"), severity=NOTE),
        Shape(re.compile(r"WARNING: DATA RACE"), more=re.compile(r"\s*\S"), limit=40),
    ),
)
