"""Elm: titled sections, one a problem."""

from __future__ import annotations

import re
from typing import Final

from swiftlog_core.explain.parser import COMPILER
from swiftlog_core.explain.shapes import Shape, ShapeParser, expressions

PARSER: Final = ShapeParser(
    "elm",
    COMPILER,
    expressions(r"-- [A-Z ]{3,40} -{5}"),
    (
        Shape(
            re.compile(r"-- (?P<message>[A-Z][A-Z ]+) -{5,} ?(?P<file>\S*)$"),
            more=re.compile(r"(?!-- [A-Z ]+ -{5})\s*\S"),
            limit=30,
            blanks=1,
        ),
    ),
)
