"""Cargo, rustc, and Rust's tests."""

from __future__ import annotations

import re
from typing import Final

from swiftlog_core.explain.parser import COMPILER
from swiftlog_core.explain.shapes import (
    NOT_BLANK,
    NOTE,
    WARNING,
    Shape,
    ShapeParser,
    expressions,
    literals,
)

PARSER: Final = ShapeParser(
    "cargo",
    COMPILER,
    (
        *literals("error[E", "error: ", "panicked at", "... FAILED", "stdout ----"),
        *expressions(r"FAIL \[ +[0-9]"),
        *literals("test result: FAILED"),
    ),
    (
        Shape(
            re.compile(
                r"error: (?P<message>could not compile|aborting due|test failed"
                r"|build failed|process didn't exit|\d+ targets? failed|test run"
                r" failed)"
            ),
            severity=NOTE,
        ),
        Shape(
            re.compile(r"\s*error\[(?P<rule>E\d+)\]: (?P<message>.*)"),
            more=NOT_BLANK,
            limit=40,
        ),
        Shape(
            re.compile(r"\s*(?P<message>thread '.*' (?:\(\d+\) )?panicked at.*)"),
            more=re.compile(r"(?!note: run with)\s*\S"),
            limit=20,
        ),
        Shape(re.compile(r"test (?P<message>\S+(?: - .*)?) \.\.\. FAILED")),
        Shape(re.compile(r"---- (?P<message>\S+) stdout ----"), more=NOT_BLANK),
        Shape(re.compile(r"\s*FAIL \[ *[\d.]+s\] (?P<message>.*)")),
        Shape(re.compile(r"test result: FAILED.*"), severity=NOTE),
        Shape(
            re.compile(r"error: (?P<message>\S.*)"),
            more=re.compile(r"\s+(?:-->|\||=|\d+ \||Caused|\S)|Caused by:|\s*\d+ \|"),
            limit=30,
        ),
        Shape(re.compile(r"warning: .*"), severity=WARNING),
    ),
)
