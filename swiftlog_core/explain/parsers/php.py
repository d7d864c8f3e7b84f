"""PHP and PHPUnit."""

from __future__ import annotations

import re
from typing import Final

from swiftlog_core.explain.parser import TEST
from swiftlog_core.explain.shapes import NOTE, Shape, ShapeParser, expressions, literals

PARSER: Final = ShapeParser(
    "php",
    TEST,
    (
        *expressions(r"[0-9]\) [A-Z][A-Za-z_\\]"),
        *literals(
            "Fatal error: ", "Parse error: ", "FAILURES!", "ERRORS!", "Uncaught "
        ),
        *expressions(r"There (?:was|were) [0-9]"),
        *literals("[ERROR]", "Problem "),
    ),
    (
        Shape(
            re.compile(r"(?P<rule>\d+)\) (?P<message>[\w\\]+(?:::\w+| \w*::).*)"),
            more=re.compile(r"(?!\d+\) |--$|FAILURES!|ERRORS!|Tests: )\s*\S"),
            limit=50,
            blanks=1,
        ),
        Shape(
            re.compile(
                r"(?:PHP )?(?P<message>(?:Fatal|Parse) error: .*?"
                r"(?:in (?P<file>\S+)(?: on line |:)(?P<line>\d+))?)$"
            ),
            more=re.compile(r"\s*(?:#\d+|Stack trace|thrown in)|\s+\S"),
            limit=30,
        ),
        Shape(re.compile(r"\s*Problem \d+$"), more=re.compile(r"\s+- "), limit=10),
        Shape(re.compile(r"(?:FAILURES|ERRORS)!$"), severity=NOTE),
        Shape(re.compile(r"There (?:was|were) \d+ .*"), severity=NOTE),
        Shape(re.compile(r"\s*\[ERROR\] (?P<message>.*)"), severity=NOTE),
    ),
)
