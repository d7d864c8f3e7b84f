"""Mocha, Jasmine, Karma, Elixir's and RSpec's way: numbered failures."""

from __future__ import annotations

import re
from typing import Final

from swiftlog_core.explain.parser import TEST
from swiftlog_core.explain.shapes import (
    INDENTED,
    NOTE,
    Shape,
    ShapeParser,
    expressions,
    literals,
)

PARSER: Final = ShapeParser(
    "mocha",
    TEST,
    (
        *expressions(r" [0-9]{1,4}\) "),
        *literals("FAILED", " failing", "DISCONNECTED", "Message:", "Failures:"),
    ),
    (
        Shape(
            re.compile(r"\s+(?P<rule>\d+)\) (?P<message>\S.*)"),
            more=re.compile(r"(?!\s*\d+\) )\s{3,}\S"),
            limit=60,
            blanks=2,
            key=re.compile(
                r"\s+(?P<message>.*(?:Error\b|[Ee]xpected|Failure/Error).*)"
            ),
        ),
        Shape(
            re.compile(r"(?P<message>(?!Executed|Chrome.*Executed)\S.* FAILED)$"),
            more=INDENTED,
            limit=40,
        ),
        Shape(
            re.compile(r"(?P<message>\S.*(?: ERROR|DISCONNECTED.*))$"),
            more=INDENTED,
            limit=10,
        ),
        Shape(re.compile(r"\s*\d+ failing$"), severity=NOTE),
        Shape(re.compile(r".*Executed \d+ of \d+.*FAILED.*"), severity=NOTE),
    ),
)
