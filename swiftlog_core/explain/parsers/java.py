"""Exceptions of the JVM with their stacks, and javac's errors."""

from __future__ import annotations

import re
from typing import Final

from swiftlog_core.explain.parser import EXCEPTION
from swiftlog_core.explain.shapes import Shape, ShapeParser, expressions, literals

STACK: Final = re.compile(
    r"\s+at [\w.$<>/@ ]+ ?\(|\s*Caused by:|\s+\.\.\. \d+|\s+Suppressed:|\s*Also:"
    r"|\s+at \S+|\s*(?:[\w$]+\.)+[\w$]*(?:Exception|Error)\b"
)

PARSER: Final = ShapeParser(
    "java",
    EXCEPTION,
    (
        *literals("Exception in thread", "Caused by: ", ".java:"),
        *expressions(
            r"[A-Za-z]Exception\b", r"\.[A-Z][A-Za-z]{1,60}(?:Error|Failure)\b"
        ),
    ),
    (
        Shape(
            re.compile(
                r"(?P<file>\S+\.(?:java|kt|groovy)):(?P<line>\d+): "
                r"error: (?P<message>.*)"
            ),
            more=re.compile(r"(?!\S+\.java:\d+: |\d+ errors?$|Note: |\[|> )\s*\S"),
            limit=8,
        ),
        Shape(
            re.compile(
                r"(?:.{0,80}?\s)?(?:Exception in thread \"[^\"]{0,80}\" )?"
                r"(?P<message>(?P<rule>(?:[\w$]+\.)+[\w$]*"
                r"(?:Exception|Error|Failure|Throwable))\b.*)"
            ),
            more=re.compile(STACK.pattern),
            limit=120,
            blanks=1,
        ),
        Shape(
            re.compile(r"(?P<message>Caused by: .*)"), more=STACK, limit=60, blanks=1
        ),
    ),
)
