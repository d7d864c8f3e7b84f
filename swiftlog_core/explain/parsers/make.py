"""make and ninja."""

from __future__ import annotations

import re
from typing import Final

from swiftlog_core.explain.parser import TOOL
from swiftlog_core.explain.shapes import NOTE, Shape, ShapeParser, literals

PARSER: Final = ShapeParser(
    "make",
    TOOL,
    literals("*** ", "FAILED: ", "ninja: ", "No rule to make"),
    (
        Shape(
            re.compile(
                r"\S*make(?:\.exe)?(?:\[\d+\])?: \*\*\* (?P<message>\[.*Error \d+.*)"
            ),
            severity=NOTE,
        ),
        Shape(re.compile(r"\S*make(?:\[\d+\])?: \*\*\* (?P<message>Waiting.*)"), NOTE),
        Shape(re.compile(r"\S*make(?:\.exe)?(?:\[\d+\])?: \*\*\* (?P<message>.*)")),
        Shape(re.compile(r"\s*FAILED: (?P<message>\S.*)")),
        Shape(re.compile(r"ninja: build stopped.*"), severity=NOTE),
        Shape(re.compile(r"ninja: (?:error|fatal): (?P<message>.*)")),
    ),
)
