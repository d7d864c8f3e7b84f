"""sbt and scalac: lines that begin with [error]."""

from __future__ import annotations

import re
from typing import Final

from swiftlog_core.explain.parser import COMPILER
from swiftlog_core.explain.shapes import NOTE, Shape, ShapeParser, literals

PARSER: Final = ShapeParser(
    "scala",
    COMPILER,
    literals("[error]"),
    (
        Shape(re.compile(r"\[error\] (?:Total time|\(.*\) .*failed)"), severity=NOTE),
        Shape(
            re.compile(
                r"\[error\] (?P<message>(?:(?P<file>\S+\.\w+):(?P<line>\d+))?.*)"
            ),
            more=re.compile(r"\[error\]|\s+at \S+\("),
            limit=60,
            key=re.compile(r"\[error\]\s+(?P<message>\S.*)"),
        ),
    ),
)
