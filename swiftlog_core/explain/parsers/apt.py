"""apt, dpkg, Homebrew: packages that cannot be had."""

from __future__ import annotations

import re
from typing import Final

from swiftlog_core.explain.parser import TOOL
from swiftlog_core.explain.shapes import (
    INDENTED,
    WARNING,
    Shape,
    ShapeParser,
    expressions,
    literals,
)

PARSER: Final = ShapeParser(
    "apt",
    TOOL,
    (
        *expressions(r"[EW]: [A-Z]", r"Err:[0-9]"),
        *literals("dpkg: error", "unmet dependencies", "Error: No available formula"),
    ),
    (
        Shape(re.compile(r"E: (?P<message>.*)")),
        Shape(re.compile(r"W: (?P<message>.*)"), severity=WARNING),
        Shape(re.compile(r"Err:\d+ (?P<message>.*)"), more=INDENTED, limit=2),
        Shape(re.compile(r"(?P<message>dpkg: error .*)"), more=INDENTED, limit=3),
        Shape(
            re.compile(r"(?P<message>The following packages have unmet dependencies:)"),
            more=INDENTED,
            limit=20,
        ),
        Shape(re.compile(r"Error: (?P<message>No available formula.*)")),
    ),
)
