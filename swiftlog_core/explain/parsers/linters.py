"""Checkers that print `path:line: text`: flake8, ruff, mypy, shellcheck, and many more.

The text often holds no word of failure at all; the place of the line is the evidence.
"""

from __future__ import annotations

import re
from typing import Final

from swiftlog_core.explain.parser import LINT
from swiftlog_core.explain.shapes import (
    NOTE,
    WARNING,
    Shape,
    ShapeParser,
    expressions,
    literals,
    weak,
)

_PATH = (
    r"(?P<file>(?:[A-Za-z]:)?[\w@+.~/\\-]*(?:[\w+-]\.[A-Za-z]\w{0,11}|[A-Z]\w*file))"
)

PARSER: Final = ShapeParser(
    "linters",
    LINT,
    (
        *expressions(r"\.[A-Za-z][A-Za-z0-9]{0,10}:[0-9]"),
        *weak(r"\.[A-Za-z][A-Za-z0-9]{0,10}: [0-9]{1,6}[:,]"),
        *expressions(r"[a-z]file:[0-9]"),
        *expressions(r"\.[a-z]{1,5} line [0-9]", r" --> "),
        *literals("would reformat", "[warn] ", "needs formatting"),
        *weak(r"Found [0-9]{1,6} error"),
    ),
    (
        Shape(
            re.compile(rf"\s*{_PATH}:\d+(?::\d+)?:? (?:warning|note|info)\b.*"), WARNING
        ),
        Shape(
            re.compile(
                rf"\s*{_PATH}:(?P<line>\d+)(?::(?P<column>\d+))?:? "
                r"(?:error:? )?(?:\[?(?P<rule>[A-Z]+[0-9]{1,5}|TLDR\d+)\]?:?)? ?"
                r"(?P<message>(?!in [`'])\S.*)"
            )
        ),
        Shape(
            re.compile(
                rf"\s*{_PATH}: ?(?P<line>\d+)[:,] ?(?:(?P<rule>[A-Z]+\d+\S*) )?"
                r"(?P<message>\S.*)"
            )
        ),
        Shape(
            re.compile(r"In (?P<file>\S+) line (?P<line>\d+):"),
            more=re.compile(r"\s*\S"),
            limit=6,
        ),
        Shape(
            re.compile(
                r"(?P<message>would reformat (?P<file>\S+)|\S+ needs formatting)"
            )
        ),
        Shape(re.compile(r"\[warn\] (?P<message>\S+\.\w+)$")),
        Shape(re.compile(r"Found \d+ errors?.*"), severity=NOTE),
    ),
)
