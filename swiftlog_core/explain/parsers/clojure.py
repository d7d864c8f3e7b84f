"""Clojure: clojure.test, and errors of its compiler."""

from __future__ import annotations

import re
from typing import Final

from swiftlog_core.explain.parser import TEST
from swiftlog_core.explain.shapes import NOTE, Shape, ShapeParser, literals

PARSER: Final = ShapeParser(
    "clojure",
    TEST,
    literals("FAIL in (", "ERROR in (", "Syntax error", " failures, "),
    (
        Shape(
            re.compile(
                r"(?P<rule>FAIL|ERROR) in \((?P<message>.*?)\)"
                r"(?: \((?P<file>[^:()]+):(?P<line>\d+)\))?"
            ),
            more=re.compile(r"(?!(?:FAIL|ERROR) in |Ran \d+|lein test)\s*\S"),
            limit=40,
        ),
        Shape(re.compile(r"(?P<message>Syntax error .*compiling.*)"), limit=4),
        Shape(re.compile(r"\d+ failures, \d+ errors\."), severity=NOTE),
    ),
)
