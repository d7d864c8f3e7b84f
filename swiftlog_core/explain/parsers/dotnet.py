"""MSBuild and the compilers of .NET, xUnit, NUnit, MSTest."""

from __future__ import annotations

import re
from typing import Final

from swiftlog_core.explain.parser import COMPILER
from swiftlog_core.explain.shapes import (
    INDENTED,
    NOTE,
    WARNING,
    Shape,
    ShapeParser,
    expressions,
    literals,
)

PARSER: Final = ShapeParser(
    "dotnet",
    COMPILER,
    (
        *expressions(r"(?:error|warning) [A-Z]{2,6}[0-9]{3,5}\b"),
        *literals("[FAIL]", " Failed ", "Build FAILED", "Error Message:", "Error(s)"),
    ),
    (
        Shape(re.compile(r".*: warning [A-Z]{2,6}\d+: .*"), severity=WARNING),
        Shape(
            re.compile(
                r"\s*(?:\d+>)?(?P<file>[^\s(:]+(?:\.\w+)?)(?:\((?P<line>\d+)"
                r"(?:,(?P<column>\d+))?[\d,]*\))? ?: (?:\w+ )?error"
                r" (?P<rule>[A-Z]+\d+): "
                r"(?P<message>.*)"
            )
        ),
        Shape(
            re.compile(
                r"\s*(?:\[xUnit\.net [\d:.]+\]\s+)?(?P<message>\S.*\[FAIL\])\s*$"
            ),
            more=re.compile(r"\s{4,}\S|\[xUnit\.net [\d:.]+\] {4,}\S"),
            limit=40,
        ),
        Shape(
            re.compile(
                r"\s*(?:X|Failed) +(?P<message>\w[\w.]*(?:\(.*\))? \[[<\d].*\]"
                r"|\w+(?:\.\w+){2,}.*)$"
            ),
            more=INDENTED,
            limit=40,
        ),
        Shape(re.compile(r"\s*(?:Build FAILED|[1-9]\d* Error\(s\)).*"), severity=NOTE),
    ),
)
