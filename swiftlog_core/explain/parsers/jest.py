"""Jest and Vitest: bullets with their diffs, failed files."""

from __future__ import annotations

import re
from typing import Final

from swiftlog_core.explain.parser import TEST
from swiftlog_core.explain.shapes import NOTE, Shape, ShapeParser, literals

PARSER: Final = ShapeParser(
    "jest",
    TEST,
    literals(
        "● ", "FAIL ", "Tests:", "Test Suites:", " \u00d7 ", "⎯ Failed", "\u276f "
    ),
    (
        Shape(
            re.compile(r"\s*● (?P<message>(?!Console)\S.*)"),
            more=re.compile(r"(?!\s*● |(?:PASS|FAIL) |Test Suites:|Tests:)\s+\S"),
            limit=80,
            blanks=3,
            key=re.compile(r"\s+(?P<message>(?:expect\(|[A-Z]\w*Error: ).*)"),
        ),
        Shape(
            re.compile(
                r"\s*(?:FAIL|\u276f) +(?P<message>(?P<file>[\w@./\\-]+\.\w+).*)"
            ),
            more=re.compile(r"(?!(?:PASS|FAIL) )(?:\s+\S|[A-Z]\w*Error: |snippet)"),
            limit=60,
            blanks=2,
        ),
        Shape(re.compile(r"\s*(?:Tests|Test Suites): +\d+ failed.*"), severity=NOTE),
        Shape(re.compile(r"\s+\u00d7 (?P<message>\S.*)")),
    ),
)
