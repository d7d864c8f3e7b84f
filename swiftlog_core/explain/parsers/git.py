"""git: fatal errors, conflicts, refused pushes."""

from __future__ import annotations

import re
from typing import Final

from swiftlog_core.explain.parser import TOOL
from swiftlog_core.explain.shapes import WARNING, Shape, ShapeParser, literals

PARSER: Final = ShapeParser(
    "git",
    TOOL,
    literals(
        "fatal: ", "CONFLICT (", "error: pathspec", "! [", "error: failed to push"
    ),
    (
        Shape(
            re.compile(r"(?:.{0,60}\s)?(?P<message>fatal: .*)"),
            above=re.compile(r"(?:error|warning|remote|ERROR): |Cloning into"),
        ),
        Shape(
            re.compile(r"(?P<message>CONFLICT \(.*)"), above=re.compile("Auto-merging")
        ),
        Shape(re.compile(r"(?P<message>error: (?:pathspec|failed to push).*)")),
        Shape(re.compile(r"\s*! \[.*"), severity=WARNING),
    ),
)
