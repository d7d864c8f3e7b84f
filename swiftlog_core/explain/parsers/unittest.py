"""unittest, testtools and stestr: failed tests under a double rule."""

from __future__ import annotations

import re
from typing import Final

from swiftlog_core.explain.parser import TEST
from swiftlog_core.explain.shapes import NOTE, Shape, ShapeParser, expressions, literals

_RULE = re.compile(r"={40,}$")

PARSER: Final = ShapeParser(
    "unittest",
    TEST,
    (
        *literals("FAIL: ", "ERROR: ", "FAILED (", " ... FAIL"),
        *expressions(r"\.\.\. (?:FAIL|ERROR)"),
        *literals("failure: ", "error: "),
    ),
    (
        Shape(
            re.compile(
                r"(?P<rule>FAIL|ERROR): (?P<message>(?:test\w*|\w+ \([\w.]+\)"
                r"|[\w.]+\.test\w*)"
                r".*)"
            ),
            more=re.compile(r"(?!={40,}$|(?:ERROR|FAIL): \S|Ran \d+ tests?)\s*\S"),
            limit=100,
            blanks=1,
            key=re.compile(
                r"(?P<message>[A-Za-z_][\w.]*(?:Error|Exception|Failure)\b.*)"
            ),
            above=_RULE,
            above_limit=1,
        ),
        Shape(
            re.compile(r"(?:failure|error): (?P<message>[\w.]+\.test\w*\S*) \["),
            more=re.compile(r"(?!\]$)"),
            limit=100,
            blanks=100,
        ),
        Shape(re.compile(r"(?P<message>\S.*\.\.\. (?:FAIL|ERROR)(?:ED)?)\s*$")),
        Shape(re.compile(r"FAILED \((?:failures|errors).*\)"), severity=NOTE),
    ),
)
