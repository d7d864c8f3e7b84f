"""pre-commit: hooks that failed, with what they printed."""

from __future__ import annotations

import re
from typing import Final

from swiftlog_core.explain.parser import LINT
from swiftlog_core.explain.shapes import Shape, ShapeParser, expressions, literals

PARSER: Final = ShapeParser(
    "precommit",
    LINT,
    (*expressions(r"\.{3,}Failed"), *literals("- hook id:")),
    (
        Shape(
            re.compile(r"(?P<message>\S.*?)\.{3,}.*Failed$"),
            more=re.compile(r"(?!\S.*\.{5,}\(?.*(?:Passed|Failed|Skipped)$)\s*\S"),
            limit=60,
            blanks=2,
        ),
    ),
)
