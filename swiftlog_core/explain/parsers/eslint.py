"""Checkers that print a file's name and then its problems: ESLint, stylelint, xo."""

from __future__ import annotations

import re
from typing import Final

from swiftlog_core.explain.parser import LINT
from swiftlog_core.explain.shapes import (
    NOTE,
    WARNING,
    Shape,
    ShapeParser,
    literals,
    weak,
)

_FILE = re.compile(r"\s*(?:[/\w.@-]+[/\\])*[\w.@-]+\.\w{1,10}$")
_ITEM = re.compile(r"\s+\d+:\d+\s+\S| {8,}\S")

PARSER: Final = ShapeParser(
    "eslint",
    LINT,
    (
        *weak(r"[ \t][0-9]{1,6}:[0-9]{1,5} "),
        *literals(" problem", "✖"),
    ),
    (
        Shape(
            re.compile(
                r"\s+(?P<line>\d+):(?P<column>\d+)\s+(?:error|[✖\u00d7])\s+"
                r"(?P<message>.*?)(?:\s{2,}(?P<rule>[@\w/-]+))?\s*$"
            ),
            more=_ITEM,
            limit=200,
            above=_FILE,
            above_limit=1,
        ),
        Shape(re.compile(r"\s+\d+:\d+\s+(?:warning|⚠)\s+.*"), severity=WARNING),
        Shape(
            re.compile(r"\s+(?P<line>\d+):(?P<column>\d+) {2,}(?P<message>\S.*)"),
            above=_FILE,
            above_limit=1,
        ),
        Shape(re.compile(r"\s*[✖\u00d7] \d+ problems?.*"), severity=NOTE),
    ),
)
