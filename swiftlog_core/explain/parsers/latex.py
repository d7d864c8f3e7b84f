"""TeX: errors that begin with an exclamation mark."""

from __future__ import annotations

import re
from typing import Final

from swiftlog_core.explain.parser import COMPILER
from swiftlog_core.explain.shapes import (
    WARNING,
    Shape,
    ShapeParser,
    expressions,
    literals,
)

PARSER: Final = ShapeParser(
    "latex",
    COMPILER,
    (*expressions(r"! [A-Z]"), *literals("LaTeX Warning", "Overfull", "Underfull")),
    (
        Shape(
            re.compile(r"! (?P<message>[A-Z].*)"),
            more=re.compile(r"\s*\S"),
            limit=8,
            blanks=1,
        ),
        Shape(
            re.compile(r"(?P<message>(?:LaTeX Warning|Overfull|Underfull).*)"),
            severity=WARNING,
        ),
    ),
)
