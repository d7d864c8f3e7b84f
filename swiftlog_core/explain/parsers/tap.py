"""TAP, the Test Anything Protocol."""

from __future__ import annotations

import re
from typing import Final

from swiftlog_core.explain.parser import TEST
from swiftlog_core.explain.shapes import NOTE, Shape, ShapeParser, literals

PARSER: Final = ShapeParser(
    "tap",
    TEST,
    literals("not ok ", "Bail out!"),
    (
        Shape(re.compile(r"\s*not ok .*# (?:TODO|SKIP)"), severity=NOTE),
        Shape(
            re.compile(r"\s*not ok (?:\d+ )?(?:- )?(?P<message>.*)"),
            more=re.compile(r"\s*#|\s+(?!ok |not ok )\S"),
            limit=40,
        ),
        Shape(re.compile(r"(?P<message>Bail out!.*)")),
    ),
)
