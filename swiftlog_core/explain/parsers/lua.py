"""Lua: Busted, and errors with their stack."""

from __future__ import annotations

import re
from typing import Final

from swiftlog_core.explain.parser import TEST
from swiftlog_core.explain.shapes import (
    INDENTED,
    NOT_BLANK,
    Shape,
    ShapeParser,
    expressions,
    literals,
)

PARSER: Final = ShapeParser(
    "lua",
    TEST,
    (
        *literals("Failure → ", "Error → ", "stack traceback:"),
        *expressions(r"\.lua:[0-9]"),
    ),
    (
        Shape(
            re.compile(
                r"(?:Failure|Error) → (?P<message>(?P<file>\S+) @"
                r" (?P<line>\d+).*)"
            ),
            more=NOT_BLANK,
            limit=30,
        ),
        Shape(
            re.compile(
                r"(?:\S*lua\S*: )(?P<file>\S+\.lua):(?P<line>\d+): (?P<message>.*)"
            ),
            more=re.compile(INDENTED.pattern + r"|stack traceback:"),
            limit=20,
        ),
    ),
)
