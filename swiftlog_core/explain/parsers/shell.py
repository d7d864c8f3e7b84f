"""Shells: commands that are missing, files that are not there, scripts that stop."""

from __future__ import annotations

import re
from typing import Final

from swiftlog_core.explain.parser import TOOL
from swiftlog_core.explain.shapes import Shape, ShapeParser, expressions, literals

PARSER: Final = ShapeParser(
    "shell",
    TOOL,
    (
        *literals("command not found", "No such file or directory", "ermission denied"),
        *literals(
            "unbound variable", "syntax error near", "not found", "bad substitution"
        ),
        *expressions(r"line [0-9]{1,5}: "),
        *literals("is not recognized", "cannot execute", "missing operand"),
    ),
    (
        Shape(
            re.compile(
                r"\s*(?P<file>\S+): (?:line )?(?P<line>\d+): (?P<message>\S.*"
                r"(?:not found|No such file|denied|unbound|syntax error|Killed|Aborted"
                r"|substitution|Segmentation|dumped|unexpected|not a valid).*)"
            )
        ),
        Shape(
            re.compile(
                r"\s*(?:-|/\S*/)?(?P<file>(?:ba|z|da|k)?sh): (?P<message>\S.*(?:not"
                r" found"
                r"|No such file|denied|cannot).*)"
            )
        ),
        Shape(
            re.compile(
                r"\s*(?P<file>[\w./-]+): (?P<message>(?:cannot |can't |missing "
                r"|error while"
                r" loading|unrecognized |invalid ).*|.{1,300}: No such file or"
                r" directory"
                r"|.{1,200}: [Pp]ermission denied)"
            )
        ),
        Shape(re.compile(r"\s*(?P<message>\S.*: (?:command )?not found)$")),
        Shape(re.compile(r"(?P<message>.*is not recognized as .*)")),
    ),
)
