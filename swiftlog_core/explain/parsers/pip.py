"""pip, uv, poetry, setuptools: what could not be resolved, built or installed."""

from __future__ import annotations

import re
from typing import Final

from swiftlog_core.explain.parser import TOOL
from swiftlog_core.explain.shapes import NOTE, Shape, ShapeParser, literals

PARSER: Final = ShapeParser(
    "pip",
    TOOL,
    (
        *literals("ERROR: ", "Could not find a version", "No matching distribution"),
        *literals(
            "subprocess-exited-with-error", "\u00d7 ", "SolverProblemError", "╰─▶"
        ),
        *literals("error: Failed to", "error: command '", "Failed building wheel"),
    ),
    (
        Shape(
            re.compile(r"\s*\u00d7 (?P<message>\S.*)"),
            more=re.compile(r"\s*[│╰].*|\s{2,}\S"),
            limit=40,
        ),
        Shape(re.compile(r"\s*error: (?P<message>subprocess-exited-with-error)"), NOTE),
        Shape(re.compile(r"ERROR: (?P<message>Job failed.*)"), severity=NOTE),
        Shape(
            re.compile(
                r"ERROR: (?P<message>InvocationError.*|\s+\w+: commands failed)"
            ),
            severity=NOTE,
        ),
        Shape(
            re.compile(
                r"\s*ERROR: (?P<message>(?:Could not|No matching|Cannot|Failed"
                r"|Package|Inv"
                r"|Ignored|Exception|Command errored|.* requires|pip's|Hash|THESE"
                r" PACK|Un"
                r"|HTTP error|Directory|Double|Error|File|Wheel|.*\.whl).*)"
            ),
            more=re.compile(r" {4,}\S"),
        ),
        Shape(re.compile(r"\s*(?P<message>SolverProblemError.*)"), limit=20),
        Shape(
            re.compile(r"\s*error: (?P<message>(?:Failed to|command ').*)"), limit=20
        ),
    ),
)
