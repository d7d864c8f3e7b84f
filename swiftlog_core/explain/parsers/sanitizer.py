"""Sanitizers and Valgrind."""

from __future__ import annotations

import re
from typing import Final

from swiftlog_core.explain.parser import EXCEPTION
from swiftlog_core.explain.shapes import Shape, ShapeParser, literals

PARSER: Final = ShapeParser(
    "sanitizer",
    EXCEPTION,
    literals("Sanitizer:", "runtime error: ", "Invalid read of", "definitely lost:"),
    (
        Shape(
            re.compile(
                r"(?:=+\d+=+)?\s*(?P<message>.*(?:ERROR|WARNING):"
                r" \w+Sanitizer:.*)"
            ),
            more=re.compile(r"\s+#\d+|\s*\S.*(?: by thread| at 0x| of size).*|\s*$"),
            limit=40,
        ),
        Shape(
            re.compile(
                r"(?P<file>\S+?):(?P<line>\d+):(?P<column>\d+): runtime error: "
                r"(?P<message>.*)"
            )
        ),
        Shape(
            re.compile(
                r"==\d+==\s+(?P<message>(?:Invalid (?:read|write)"
                r"|.*definitely).*)"
            ),
            more=re.compile(r"==\d+== {2,}"),
            limit=20,
        ),
    ),
)
