"""The words with which CI systems and task runners say that a command failed."""

from __future__ import annotations

import re
from typing import Final

from swiftlog_core.explain.parser import EXIT
from swiftlog_core.explain.shapes import NOTE, WARNING, Shape, ShapeParser, literals

PARSER: Final = ShapeParser(
    "ci",
    EXIT,
    (
        *literals("exited with", "exit code", "##[error]", "##[warning]", "Build step"),
        *literals("Finished: FAILURE", "Job failed", "Your build", "exit status"),
        *literals("Exit code", "Exited with", "returned exit", "non-zero", "exited 1"),
        *literals("::error", "::warning", "InvocationError", "commands failed"),
    ),
    (
        Shape(
            re.compile(
                r"##\[error\](?:Process completed with exit|The process '.*' failed"
                r"|The "
                r"operation was cancel|Bash exited|Cmd\.exe exited|PowerShell exited)"
            ),
            severity=NOTE,
        ),
        Shape(re.compile(r"(?:##\[|::)warning.*"), severity=WARNING),
        Shape(
            re.compile(
                r"##\[error\](?P<message>(?:(?P<file>[\w./\\-]+\.\w+)[:(](?P<line>\d+)"
                r"(?:[:,](?P<column>\d+))?\)?:? ?)?\S.*)"
            )
        ),
        Shape(
            re.compile(
                r"::error(?: file=(?P<file>[^,:]+))?(?:,?line=(?P<line>\d+))?[^:]*::"
                r"(?P<message>.*)"
            )
        ),
        Shape(re.compile(r".*"), severity=NOTE),
    ),
)
