"""Emacs Lisp: ERT, Buttercup, and errors of batch mode."""

from __future__ import annotations

import re
from typing import Final

from swiftlog_core.explain.parser import TEST
from swiftlog_core.explain.shapes import INDENTED, Shape, ShapeParser, literals

PARSER: Final = ShapeParser(
    "emacs",
    TEST,
    literals("condition:", "   FAILED ", "as variable is void", "definition is void"),
    (
        Shape(
            re.compile(r"Test (?P<message>\S+) condition:"),
            more=INDENTED,
            limit=40,
            blanks=1,
        ),
        Shape(re.compile(r"   FAILED +\d+/\d+ +(?P<message>\S+).*")),
        Shape(re.compile(r"(?P<message>Symbol.s .* is void: .*)")),
    ),
)
