"""GCC, Clang, Swift and MSVC style: path:line:column: error, and linkers."""

from __future__ import annotations

import re
from typing import Final

from swiftlog_core.explain.parser import COMPILER
from swiftlog_core.explain.shapes import (
    NOTE,
    WARNING,
    Shape,
    ShapeParser,
    expressions,
    literals,
)

_SOURCE = re.compile(
    r"(?!\S+:\d+:\d+: (?:fatal )?(?:error|warning): )(?:\s+\S|\S+: note: )"
)
_CONTEXT = re.compile(r"\s*(?:In file included from|from ).*[:,]|\S+: (?:In|At) .*:$")

PARSER: Final = ShapeParser(
    "gcc",
    COMPILER,
    (
        *expressions(r"[0-9:)] ?(?:fatal |internal compiler )?error:? "),
        *literals("undefined reference to", "ld returned", "collect2: error"),
        *literals("Undefined symbols", "cannot find -l", ": warning: ", "ld: "),
        *expressions(r"error (?:C|LNK)[0-9]{4}"),
    ),
    (
        Shape(re.compile(r"\S+:\d+(?::\d+)?: warning: .*"), severity=WARNING),
        Shape(
            re.compile(
                r"\s*(?P<file>(?:[A-Za-z]:)?[^\s:]+):(?P<line>\d+)"
                r"(?::(?P<column>\d+))?: "
                r"(?:(?:fatal|internal compiler) )?error: ?(?P<message>.*)"
            ),
            more=_SOURCE,
            limit=15,
            above=_CONTEXT,
        ),
        Shape(
            re.compile(
                r"\s*(?P<file>(?:[A-Za-z]:)?[^\s(]+)\((?P<line>\d+)(?:,(?P<column>\d+))?\)"
                r"\s?: (?:fatal )?error (?P<rule>(?:C|LNK)\d+): (?P<message>.*)"
            )
        ),
        Shape(
            re.compile(r"(?P<message>.*undefined reference to .*)"),
            more=re.compile(r".*undefined reference to|.*more undefined references"),
            limit=60,
            above=re.compile(r".*: in function "),
        ),
        Shape(
            re.compile(r"(?P<message>Undefined symbols? .*)"),
            more=re.compile(r"\s+\S|ld: "),
        ),
        Shape(re.compile(r".*ld returned \d+ exit status|collect2: error.*"), NOTE),
        Shape(
            re.compile(
                r"(?:\S+/)?ld(?:\.\w+)?: (?P<message>(?!warning|.*: in function).*)"
            )
        ),
        Shape(
            re.compile(r"(?P<message>(?:LINK|\S+\.obj) : (?:fatal )?error LNK\d+.*)")
        ),
    ),
)
