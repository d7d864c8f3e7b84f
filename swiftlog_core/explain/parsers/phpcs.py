"""Checkers of PHP that print a file and a table: PHP_CodeSniffer, PHPStan, Psalm."""

from __future__ import annotations

import re
from typing import Final

from swiftlog_core.explain.parser import LINT
from swiftlog_core.explain.shapes import (
    WARNING,
    Shape,
    ShapeParser,
    expressions,
    literals,
)

PARSER: Final = ShapeParser(
    "phpcs",
    LINT,
    (
        *literals("FILE: ", " | ERROR ", " | WARNING "),
        *expressions(r"  Line  ", r"ERROR: [A-Z][A-Za-z]{1,60} - "),
    ),
    (
        Shape(
            re.compile(r"FILE: (?P<file>\S+)(?P<message>.*)"),
            more=re.compile(r"(?!FILE: )(?:-+$|FOUND |\s*\d+ \| |\s+\| )"),
            limit=100,
        ),
        Shape(
            re.compile(r"\s*(?P<line>\d+) \| ERROR +\| (?P<message>.*)"),
            more=re.compile(r"\s+\| +\| "),
        ),
        Shape(re.compile(r"\s*\d+ \| WARNING"), severity=WARNING),
        Shape(
            re.compile(r"\s+Line +(?P<file>\S+)\s*$"),
            more=re.compile(r"\s*-+ -+|\s+:?\d+\s+\S|\s{6,}\S"),
            limit=60,
        ),
        Shape(
            re.compile(
                r"ERROR: (?P<rule>[A-Z]\w+) - (?P<file>\S+?):(?P<line>\d+)"
                r"(?::(?P<column>\d+))? - (?P<message>.*)"
            ),
            more=re.compile(r"\s+\S"),
            limit=5,
        ),
    ),
)
