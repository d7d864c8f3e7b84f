"""Node.js: errors with their stacks."""

from __future__ import annotations

import re
from typing import Final

from swiftlog_core.explain.parser import EXCEPTION
from swiftlog_core.explain.shapes import Shape, ShapeParser, expressions, literals

STACK: Final = re.compile(r"\s+at |\s+(?:code|errno|path|syscall|\.\.\.)\b|\s*[{}]\s*$")

PARSER: Final = ShapeParser(
    "node",
    EXCEPTION,
    (
        *literals("Error: ", "Error [", "throw err", "Cannot find module"),
        *expressions(r"[A-Za-z]Error: "),
        *literals("UnhandledPromiseRejection"),
    ),
    (
        Shape(
            re.compile(
                r"\s*(?:\[[^\]]{1,40}\] )?(?:Uncaught |Unhandled \w+ )?"
                r"(?P<message>(?P<rule>(?:[A-Z]\w*)?Error)(?: \[\w+\])?: .*)"
            ),
            more=STACK,
            limit=60,
        ),
        Shape(
            re.compile(r".{0,40}(?P<message>UnhandledPromiseRejection.*)"),
            more=STACK,
            limit=30,
        ),
    ),
)
