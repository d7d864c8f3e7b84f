"""Ansible: failed tasks with their host."""

from __future__ import annotations

import re
from typing import Final

from swiftlog_core.explain.parser import TOOL
from swiftlog_core.explain.shapes import NOTE, Shape, ShapeParser, literals

PARSER: Final = ShapeParser(
    "ansible",
    TOOL,
    literals(
        "fatal: [", "failed: [", "ERROR! ", "FAILED! =>", "UNREACHABLE!", "failed="
    ),
    (
        Shape(re.compile(r".*\.\.\.ignoring"), severity=NOTE),
        Shape(
            re.compile(
                r".{0,60}?(?P<message>(?:fatal|failed): \[[^\]]+\].*(?:FAILED"
                r"|UNREACH|=>).*)"
            ),
            more=re.compile(r"\s+\"|\s*}"),
            limit=40,
            above=re.compile(r".{0,40}TASK \["),
            above_limit=1,
        ),
        Shape(
            re.compile(r"(?P<message>ERROR! .*)"), more=re.compile(r"\s*\S"), limit=15
        ),
        Shape(re.compile(r"\S+\s+: ok=.*failed=[1-9].*"), severity=NOTE),
    ),
)
