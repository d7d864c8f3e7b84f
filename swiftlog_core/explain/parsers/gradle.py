"""Gradle: what went wrong, failed tasks and tests, Kotlin's and Android's errors."""

from __future__ import annotations

import re
from typing import Final

from swiftlog_core.explain.parser import TOOL
from swiftlog_core.explain.shapes import (
    INDENTED,
    NOTE,
    Shape,
    ShapeParser,
    expressions,
    literals,
)

PARSER: Final = ShapeParser(
    "gradle",
    TOOL,
    (
        *literals("* What went wrong:", " FAILED", "FAILURE: Build", "BUILD FAILED"),
        *expressions(r"[ew]: [/fF]"),
        *literals("Execution failed for task", "* Try:", "AAPT: error"),
    ),
    (
        Shape(
            re.compile(r"(?P<message>\* What went wrong:)"),
            more=re.compile(r"(?!\* (?:Try|Exception|Get more))\s*\S"),
            limit=40,
            key=re.compile(r"\s*> (?P<message>\S.*)|(?P<message_2>Execution failed.*)"),
        ),
        Shape(
            re.compile(r"(?P<message>Execution failed for task .*)"),
            more=re.compile(r"\s*> \S|\s{2,}\S"),
        ),
        Shape(re.compile(r"(?:> Task )?(?P<message>:\S+ FAILED)$"), severity=NOTE),
        Shape(
            re.compile(r"(?P<message>\S.* > .* FAILED)$"),
            more=INDENTED,
            limit=80,
            blanks=1,
            key=re.compile(r"\s+(?P<message>[\w.$]+(?:Error|Exception|Failure)\b.*)"),
        ),
        Shape(re.compile(r"e: (?P<message>(?P<file>\S+): ?\(?(?P<line>\d+).*)")),
        Shape(re.compile(r"(?:FAILURE: Build|BUILD FAILED|\* Try:).*"), severity=NOTE),
    ),
)
