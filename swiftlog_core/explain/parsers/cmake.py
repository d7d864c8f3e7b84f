"""CMake: errors with their call stack, in paragraphs."""

from __future__ import annotations

import re
from typing import Final

from swiftlog_core.explain.parser import TOOL
from swiftlog_core.explain.shapes import (
    INDENTED,
    NOTE,
    WARNING,
    Shape,
    ShapeParser,
    literals,
)

PARSER: Final = ShapeParser(
    "cmake",
    TOOL,
    literals("CMake Error", "CMake Warning", "Configuring incomplete", "***Failed"),
    (
        Shape(
            re.compile(
                r"CMake Error(?:: (?P<message_2>.*)| (?:at|in) (?P<file>\S+?)"
                r"(?::(?P<line>\d+))?(?: \([\w. ]+\))?:(?P<message>.*))?"
            ),
            more=re.compile(INDENTED.pattern + r"|Call Stack"),
            limit=40,
            blanks=1,
            key=re.compile(r"  (?P<message>\S.*)"),
        ),
        Shape(re.compile(r"CMake Warning.*"), severity=WARNING),
        Shape(re.compile(r"-- Configuring incomplete.*"), severity=NOTE),
        Shape(re.compile(r"\s*\d+/\d+ Test +#\d+: (?P<message>.*\*\*\*Failed.*)")),
    ),
)
