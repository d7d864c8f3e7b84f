"""docker build, with BuildKit's numbered lanes and without."""

from __future__ import annotations

import re
from typing import Final

from swiftlog_core.explain.parser import TOOL
from swiftlog_core.explain.shapes import NOTE, Shape, ShapeParser, expressions, literals

PARSER: Final = ShapeParser(
    "docker",
    TOOL,
    (
        *expressions(r"#[0-9]{1,4} ERROR"),
        *literals("failed to solve", "returned a non-zero code", "Error response from"),
        *literals("pull access denied", "manifest unknown", "executor failed"),
    ),
    (
        Shape(
            re.compile(r"(?P<rule>#\d+) ERROR:? (?P<message>.*)"),
            above=re.compile(r"#\d+ [\d.]+ "),
            above_limit=6,
        ),
        Shape(re.compile(r"(?:ERROR: )?(?P<message>failed to solve.*)")),
        Shape(
            re.compile(r"(?P<message>The command .* returned a non-zero code.*)"), NOTE
        ),
        Shape(re.compile(r"(?:docker: )?(?P<message>Error response from daemon.*)")),
        Shape(re.compile(r"(?P<message>.*(?:pull access denied|manifest unknown).*)")),
    ),
)
