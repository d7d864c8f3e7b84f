"""Bazel: errors with the rule's place, and failed targets."""

from __future__ import annotations

import re
from typing import Final

from swiftlog_core.explain.parser import TOOL
from swiftlog_core.explain.shapes import NOTE, Shape, ShapeParser, expressions, literals

PARSER: Final = ShapeParser(
    "bazel",
    TOOL,
    (
        *expressions(
            r"ERROR:"
            r" [^\n]{1,200}BUILD[^\n]{0,10}:[0-9]",
            r"//[\w/:.-]{1,100} +FAIL",
        ),
        *literals("FAIL: //", "TIMEOUT: //", "did NOT complete"),
    ),
    (
        Shape(
            re.compile(
                r"ERROR: (?P<file>\S*BUILD(?:\.bazel)?):(?P<line>\d+):(?P<column>\d+): "
                r"(?P<message>.*)"
            ),
            more=re.compile(r"(?!ERROR|INFO|FAILED|Target )\s*\S"),
            limit=20,
        ),
        Shape(re.compile(r"(?:FAIL|TIMEOUT): (?P<message>//\S+.*)")),
        Shape(re.compile(r"(?P<message>//\S+ +(?:FAILED|TIMEOUT).*)")),
        Shape(re.compile(r"FAILED: Build did NOT complete.*"), severity=NOTE),
    ),
)
