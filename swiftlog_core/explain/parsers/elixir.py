"""Elixir and Erlang: raised errors and throws with their stacks."""

from __future__ import annotations

import re
from typing import Final

from swiftlog_core.explain.parser import EXCEPTION
from swiftlog_core.explain.shapes import INDENTED, Shape, ShapeParser, literals

PARSER: Final = ShapeParser(
    "elixir",
    EXCEPTION,
    literals("** (", "=CRASH REPORT", "=ERROR REPORT"),
    (
        Shape(
            re.compile(r"(?P<message>\*\* \((?P<rule>[\w.]+)\).*)"),
            more=INDENTED,
            limit=40,
        ),
        Shape(re.compile(r"(?P<message>=(?:CRASH|ERROR) REPORT.*)"), more=INDENTED),
    ),
)
