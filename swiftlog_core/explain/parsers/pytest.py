"""pytest: failure sections, `E` lines, and the short summary."""

from __future__ import annotations

import re
from typing import Final

from swiftlog_core.explain.parser import TEST
from swiftlog_core.explain.shapes import NOTE, Shape, ShapeParser, expressions, literals

_WITHIN = re.compile(r"(?!_{4,} .* _{4,}$|={4,}|_ ?_ ?_{3,}$|-{5,} Captured)")
_KEY = re.compile(r"E {2,}(?P<message>\S.*)")

PARSER: Final = ShapeParser(
    "pytest",
    TEST,
    (
        *literals("____ ", "FAILED ", "ERROR ", "E   ", "INTERNALERROR>"),
        *expressions(r"[0-9] (?:failed|error)"),
        *expressions(r"!!! [A-Z]"),
    ),
    (
        Shape(
            re.compile(r"_{4,} (?P<message>\S.{0,200}?) _{4,}$"),
            more=_WITHIN,
            limit=150,
            blanks=150,
            key=_KEY,
        ),
        Shape(
            re.compile(
                r"(?P<rule>FAILED|ERROR) (?:\[[\d.]+s\] )?"
                r"(?P<message>(?P<file>[\w./\\-]+\.py)(?:::.*| - .*)?)$"
            )
        ),
        Shape(re.compile(r"INTERNALERROR>\s+(?P<message>.*)")),
        Shape(re.compile(r"E {3,}(?P<message>\S.*)"), more=re.compile("E {3}")),
        Shape(re.compile(r"!{3,} (?P<message>\S.*?) !{3,}$")),
        Shape(
            re.compile(r"=*\s*(?P<message>\d+ (?:failed|error).*\bin [\d.]+.*)"),
            severity=NOTE,
        ),
    ),
)
