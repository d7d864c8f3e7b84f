"""Dart and Flutter: failed tests, errors of compiler and analyzer."""

from __future__ import annotations

import re
from typing import Final

from swiftlog_core.explain.parser import TEST
from swiftlog_core.explain.shapes import (
    INDENTED,
    Shape,
    ShapeParser,
    expressions,
    literals,
)

PARSER: Final = ShapeParser(
    "dart",
    TEST,
    (*expressions(r"-[0-9]{1,4}: .{1,200}\[E\]"), *literals(".dart:", " • ")),
    (
        Shape(
            re.compile(r"[\d:]+ \+\d+(?: ~\d+)? -\d+: (?P<message>.*) \[E\]"),
            more=INDENTED,
            limit=40,
        ),
        Shape(
            re.compile(
                r"(?P<file>\S+\.dart):(?P<line>\d+):(?P<column>\d+): Error:"
                r" (?P<message>.*)"
            ),
            more=re.compile(r"(?!\S+\.dart:)\s*\S"),
            limit=4,
        ),
        Shape(
            re.compile(
                r"\s*error • (?P<message>.*?) (?:•|at)"
                r" (?P<file>\S+\.dart):(?P<line>\d+)"
                r":(?P<column>\d+) • (?P<rule>\w+)"
            )
        ),
    ),
)
