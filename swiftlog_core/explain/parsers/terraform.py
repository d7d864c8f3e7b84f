"""Terraform and OpenTofu: errors in boxes."""

from __future__ import annotations

import re
from typing import Final

from swiftlog_core.explain.parser import TOOL
from swiftlog_core.explain.shapes import Shape, ShapeParser, literals

PARSER: Final = ShapeParser(
    "terraform",
    TOOL,
    literals("│ Error: ", "Error: "),
    (
        Shape(
            re.compile(r"│ Error: (?P<message>.*)"),
            more=re.compile(r"│|╵"),
            limit=40,
            above=re.compile("╷"),
            above_limit=1,
        ),
        Shape(
            re.compile(r"Error: (?P<message>\S.*)"),
            more=re.compile(r"\s+on \S+ line \d+|\s+\d+: |[A-Z].*\.$"),
            limit=12,
            blanks=1,
        ),
    ),
)
