"""RuboCop and the checkers that print `path:line:column: X: message`."""

from __future__ import annotations

import re
from typing import Final

from swiftlog_core.explain.parser import LINT
from swiftlog_core.explain.shapes import NOTE, Shape, ShapeParser, expressions, literals

PARSER: Final = ShapeParser(
    "rubocop",
    LINT,
    (*expressions(r"[0-9]: [CWEFRI]: "), *literals(" offense")),
    (
        Shape(
            re.compile(
                r"(?P<file>\S+?):(?P<line>\d+):(?P<column>\d+): [CWEFRI]: "
                r"(?:\[\w+\] )?(?:(?P<rule>[A-Z]\w+/\w+): )?(?P<message>.*)"
            ),
            more=re.compile(r"(?!\S+:\d+:\d+: )\s*\S"),
            limit=2,
        ),
        Shape(re.compile(r"\d+ files? inspected, .*"), severity=NOTE),
    ),
)
