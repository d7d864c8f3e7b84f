"""Cucumber and Behat: failed scenarios."""

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
    "cucumber",
    TEST,
    (
        *literals("Failing Scenarios:", "Failed scenarios:", "Undefined step"),
        *expressions(r"\.feature:[0-9]"),
    ),
    (
        Shape(
            re.compile(r"\s*(?:--- )?(?P<message>(?:Failing S|Failed s)cenarios:)"),
            more=re.compile(r"\s*(?:cucumber )?\S+\.feature:\d+.*"),
            limit=30,
            blanks=1,
        ),
        Shape(
            re.compile(
                r"(?P<message>(?:cucumber"
                r" )?(?P<file>\S+\.feature):(?P<line>\d+).*)"
            ),
            more=INDENTED,
            limit=5,
        ),
    ),
)
