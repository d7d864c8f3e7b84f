"""GHC: located errors whose text stands below, indented."""

from __future__ import annotations

import re
from typing import Final

from swiftlog_core.explain.parser import COMPILER
from swiftlog_core.explain.shapes import INDENTED, Shape, ShapeParser, expressions

PARSER: Final = ShapeParser(
    "haskell",
    COMPILER,
    expressions(r"\.l?hs:[0-9]", r"\.purs:[0-9]"),
    (
        Shape(
            re.compile(
                r"\s*(?P<file>\S+\.(?:l?hs|purs)):(?P<line>\d+):(?P<column>\d+)[\d-]*:"
                r" ?(?P<message>error.*)?$"
            ),
            more=re.compile(INDENTED.pattern + r"|\d+ \|"),
            limit=30,
            key=re.compile(r"\s+(?P<message>[^\s|].*)"),
        ),
    ),
)
