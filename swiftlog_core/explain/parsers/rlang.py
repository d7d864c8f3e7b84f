"""R: R CMD check, testthat, errors with their calls."""

from __future__ import annotations

import re
from typing import Final

from swiftlog_core.explain.parser import TEST
from swiftlog_core.explain.shapes import (
    INDENTED,
    NOTE,
    Shape,
    ShapeParser,
    expressions,
    literals,
)

PARSER: Final = ShapeParser(
    "rlang",
    TEST,
    (
        *literals("Error in ", " ERROR", "most likely occurred in", "Execution halted"),
        *expressions(r"Last [0-9]{1,3} lines of output"),
    ),
    (
        Shape(
            re.compile(r"\* checking .*\.\.\. (?:\[.*\] )?ERROR"),
            more=re.compile(r"(?!\* )\s*\S"),
            limit=40,
            blanks=1,
        ),
        Shape(
            re.compile(r"\s+ERROR$"),
            more=re.compile(r"(?!\* )\s*\S"),
            limit=30,
            blanks=1,
            above=re.compile(r"\s+Running "),
            above_limit=1,
        ),
        Shape(
            re.compile(r"(?P<message>Error in .*)"),
            more=re.compile(INDENTED.pattern + r"|Calls: |Execution halted"),
            limit=10,
        ),
        Shape(re.compile(r"Execution halted"), severity=NOTE),
    ),
)
