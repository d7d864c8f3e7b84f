"""npm, yarn, pnpm: what the package manager itself says."""

from __future__ import annotations

import re
from typing import Final

from swiftlog_core.explain.parser import TOOL
from swiftlog_core.explain.shapes import NOTE, Shape, ShapeParser, literals

# Of the many lines that npm prints, these say what is wrong with packages or the
# registry; all others say that a script failed, and how to report it.
_CAUSE = re.compile(
    r"npm (?:ERR!|error)\s+(?P<message>(?:code (?!ELIFECYCLE)E\w+|[45]\d\d\b|ERESOLVE"
    r"|[Mm]issing script|peer dep|Could not resolve|Cannot |network|notarget|syscall"
    r"|No (?:matching|compatible|such)|Invalid|Unsupported|enoent|Conflicting"
    r"|Unexpected"
    r"|Refusing|missing:|invalid:|extraneous|Found: |Maximum call|cb\(\) never"
    r"|Failed to"
    r"|fatal|not found|EUSAGE|`npm ci`|Missing: ).*)"
)

PARSER: Final = ShapeParser(
    "npm",
    TOOL,
    literals("ERR!", "npm error", "ERR_PNPM", "YN0", "error "),
    (
        Shape(
            _CAUSE,
            more=re.compile(r"npm (?:ERR!|error) (?!\s*$|A complete log|.*\.log$)"),
            limit=12,
        ),
        Shape(
            re.compile(r"npm (?:ERR!|error)(?P<message>.*)"),
            severity=NOTE,
            more=re.compile(rf"(?!{_CAUSE.pattern})npm (?:ERR!|error)"),
        ),
        Shape(
            re.compile(r"error Command failed with (?:exit|signal).*"), severity=NOTE
        ),
        Shape(re.compile(r"\s*(?P<message>(?P<rule>ERR_PNPM\w*) .*)")),
        Shape(re.compile(r"(?:➤ )?(?P<rule>YN00\d\d):.*(?P<message>rror.*)")),
        Shape(re.compile(r"error (?P<message>(?!Command failed)\S.*)")),
    ),
)
