"""Julia: failed and broken tests, errors with their stack."""

from __future__ import annotations

import re
from typing import Final

from swiftlog_core.explain.parser import TEST
from swiftlog_core.explain.shapes import Shape, ShapeParser, literals

_STACK = re.compile(r"\s+\S|Stacktrace:|in expression starting at|caused by:")

PARSER: Final = ShapeParser(
    "julia",
    TEST,
    literals("Test Failed", "Error During Test", "ERROR: ", "LoadError"),
    (
        Shape(
            re.compile(
                r"(?:\S.*: )?(?P<message>(?:Test Failed|Error During Test)"
                r"(?: at (?P<file>\S+?):(?P<line>\d+))?.*)"
            ),
            more=_STACK,
            limit=40,
        ),
        Shape(
            re.compile(
                r"ERROR: (?P<message>(?:LoadError: )?[A-Z]\w*(?:Error"
                r"|Exception).*)"
            ),
            more=_STACK,
            limit=40,
        ),
    ),
)
