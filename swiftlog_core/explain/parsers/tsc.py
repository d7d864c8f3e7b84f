"""The TypeScript compiler, plain, pretty, and inside bundlers."""

from __future__ import annotations

import re
from typing import Final

from swiftlog_core.explain.parser import COMPILER
from swiftlog_core.explain.shapes import Shape, ShapeParser, expressions, literals

PARSER: Final = ShapeParser(
    "tsc",
    COMPILER,
    (
        *expressions(r"error TS[0-9]", r"\([0-9]{1,6},[0-9]{1,5}\)"),
        *literals("Unable to compile TypeScript", "TSError", "ERROR in "),
    ),
    (
        Shape(
            re.compile(
                r"\s*(?:ERROR in |\[tsl\] ERROR in )?(?P<file>[^\s(:]+\.\w+)"
                r"(?:\((?P<line>\d+),(?P<column>\d+)\)|:(?P<line_2>\d+):(?P<column_2>\d+))"
                r"\s*[:-]\s*error (?P<rule>TS\d+): (?P<message>.*)"
            ),
            more=re.compile(r" {2,}\S|\d+ +\S|\s+~"),
            limit=10,
        ),
        Shape(
            re.compile(
                r"\s*(?P<file>[^\s(:]+\.tsx?) \((?P<line>\d+),(?P<column>\d+)\): "
                r"(?P<message>.*)"
            ),
            more=re.compile(r" {2,}\S"),
            limit=10,
        ),
        Shape(
            re.compile(r".{0,60}(?P<message>(?:TSError: )?.*Unable to compile Type.*)")
        ),
        Shape(
            re.compile(r"(?P<message>ERROR in \S.*)"),
            more=re.compile(r"\s*\S"),
            limit=15,
        ),
        Shape(
            re.compile(r"\s*(?P<message>.*\berror (?P<rule>TS\d+): .*)"),
            more=re.compile(r" {4,}\S"),
            limit=6,
        ),
    ),
)
