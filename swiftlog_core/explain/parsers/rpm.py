"""RPM, dnf, mock and Copr: dependencies, and builds that ended badly."""

from __future__ import annotations

import re
from typing import Final

from swiftlog_core.explain.parser import TOOL
from swiftlog_core.explain.shapes import INDENTED, Shape, ShapeParser, literals

_PREFIX = r"(?:.{0,60}?(?:DEBUG|INFO|ERROR)(?: [\w.]+)?(?::\d+)?:\s+)?"

PARSER: Final = ShapeParser(
    "rpm",
    TOOL,
    literals(
        "nothing provides",
        "Problem: ",
        "Problem 1: ",
        "Bad exit status",
        "RPM build errors",
        "No matching package",
        "Unable to find a match",
    ),
    (
        Shape(
            re.compile(rf"\s*{_PREFIX}(?P<message>Problem(?: \d+)?: .*)"),
            more=re.compile(rf"\s*{_PREFIX}\s*- "),
            limit=10,
        ),
        Shape(re.compile(rf"\s*{_PREFIX}(?P<message>.*nothing provides .*)")),
        Shape(re.compile(rf"\s*{_PREFIX}(?:error: )?(?P<message>Bad exit status .*)")),
        Shape(
            re.compile(rf"\s*{_PREFIX}(?P<message>RPM build errors:)"),
            more=INDENTED,
            limit=8,
        ),
        Shape(
            re.compile(
                rf"\s*{_PREFIX}(?:Error: )?(?P<message>(?:No matching package|Unable"
                rf" to find"
                r" a match).*)"
            )
        ),
    ),
)
