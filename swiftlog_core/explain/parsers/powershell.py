"""PowerShell: errors with their position, and Pester."""

from __future__ import annotations

import re
from typing import Final

from swiftlog_core.explain.parser import TEST
from swiftlog_core.explain.shapes import (
    INDENTED,
    Shape,
    ShapeParser,
    expressions,
    literals,
)

PARSER: Final = ShapeParser(
    "powershell",
    TEST,
    (
        *literals("[-] ", "CategoryInfo", " char:"),
        *expressions(r"At [^\n]{1,200}:[0-9]"),
    ),
    (
        Shape(re.compile(r"\s*\[-\] (?P<message>.*)"), more=INDENTED, limit=15),
        Shape(
            re.compile(
                r"(?P<message>At (?P<file>.+?):(?P<line>\d+)"
                r" char:(?P<column>\d+))"
            ),
            more=re.compile(r"\s*\+"),
            limit=10,
            above=re.compile(r"\S+ ?: \S"),
            above_limit=2,
        ),
    ),
)
