"""Nix: builders that failed, errors of evaluation."""

from __future__ import annotations

import re
from typing import Final

from swiftlog_core.explain.parser import TOOL
from swiftlog_core.explain.shapes import Shape, ShapeParser, literals

PARSER: Final = ShapeParser(
    "nix",
    TOOL,
    literals(
        "error: builder for",
        "error: attribute",
        "error: undefined variable",
        "for full logs, run",
    ),
    (
        Shape(
            re.compile(
                r"\s*error: (?P<message>(?:builder for|attribute|undefined"
                r" var).*)"
            ),
            more=re.compile(r"\s+(?:>|last \d+ log|error:|at |\d+\||\|)"),
            limit=30,
        ),
    ),
)
