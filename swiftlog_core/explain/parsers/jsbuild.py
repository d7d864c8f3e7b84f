"""Builders of JavaScript: Grunt, gulp, webpack, Rollup, Flow."""

from __future__ import annotations

import re
from typing import Final

from swiftlog_core.explain.parser import TOOL
from swiftlog_core.explain.shapes import (
    INDENTED,
    NOT_BLANK,
    NOTE,
    Shape,
    ShapeParser,
    expressions,
    literals,
)

PARSER: Final = ShapeParser(
    "jsbuild",
    TOOL,
    (
        *literals("Warning: Task", "Aborted due to warnings", "errored after", "[!] "),
        *literals("Module not found: ", "Module build failed", "Error ---", ">> "),
        *expressions(r"Error -{3}"),
    ),
    (
        Shape(re.compile(r"(?P<message>Warning: (?!Task).*Use --force.*)")),
        Shape(re.compile(r"Warning: Task .* failed.*|Aborted due to warnings"), NOTE),
        Shape(re.compile(r"\[[\d:]+\] '(?P<message>.*' errored after .*)"), limit=6),
        Shape(re.compile(r"\[!\] (?P<message>.*)"), more=NOT_BLANK, limit=10),
        Shape(
            re.compile(r"\s*(?P<message>Module (?:not found: |build failed).*)"),
            more=INDENTED,
            limit=10,
            above=re.compile(r"ERROR in "),
            above_limit=1,
        ),
        Shape(
            re.compile(r"Error -{3,} (?P<file>\S+?):(?P<line>\d+):(?P<column>\d+)"),
            more=re.compile(r"(?!Error -{3}|Found \d+)\s*\S"),
            limit=30,
            blanks=1,
        ),
        Shape(re.compile(r">> (?P<message>.*(?:rror|ailed|expected|assert).*)")),
    ),
)
