"""Diffs: what a formatter or a generator would have changed."""

from __future__ import annotations

import re
from typing import Final

from swiftlog_core.explain.parser import LINT
from swiftlog_core.explain.shapes import Shape, ShapeParser, expressions, literals

_BODY = re.compile(
    r"index [0-9a-f]|(?:old|new|deleted|similarity|rename|new file)\b|[-+@ \\]|\s*$"
)

PARSER: Final = ShapeParser(
    "diff",
    LINT,
    (
        *literals(
            "diff --git ",
        ),
        *expressions(r"--- [\w./]"),
    ),
    (
        Shape(
            re.compile(r"\s*diff --git a/(?P<message>(?P<file>\S+).*)"),
            more=_BODY,
            limit=60,
        ),
        Shape(
            re.compile(r"--- (?P<message>(?P<file>[\w.][\w./-]*|/\S+)(?:\s.*)?)$"),
            more=re.compile(r"\+\+\+ |@@|[-+ ]"),
            limit=60,
        ),
    ),
)
