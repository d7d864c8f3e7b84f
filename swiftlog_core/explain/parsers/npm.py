"""npm, yarn, pnpm: what the package manager itself says."""

from __future__ import annotations

import re
from typing import Final

from swiftlog_core.explain.parser import TOOL
from swiftlog_core.explain.shapes import NOTE, Shape, ShapeParser, literals

_CONSEQUENCE = re.compile(
    r"npm (?:ERR!|error)\s*(?:$|code ELIFECYCLE|errno|Exit status|Failed at the|This"
    r" is "
    r"(?:probably )?not|A complete log|Test failed|There is likely|not ok|Linux|Darwin"
    r"|Windows|argv|node v|npm +v|path|command|Please include|If you need help|<|You"
    r" can"
    r"|Or if that|\w+@\S+ \S+: `|Lifecycle script|at |Tell the author|Additional"
    r" logging"
    r"|\s+(?:/|npm |cd |git )|signal|in workspace|location|workspace|.*\.log$)"
)

PARSER: Final = ShapeParser(
    "npm",
    TOOL,
    literals("ERR!", "npm error", "ERR_PNPM", "YN0", "error "),
    (
        Shape(_CONSEQUENCE, severity=NOTE),
        Shape(
            re.compile(r"npm (?:ERR!|error)\s+(?P<message>\S.*)"),
            more=re.compile(rf"(?!{_CONSEQUENCE.pattern})npm (?:ERR!|error) +\S"),
            limit=12,
        ),
        Shape(
            re.compile(r"error Command failed with (?:exit|signal).*"), severity=NOTE
        ),
        Shape(re.compile(r"\s*(?P<message>(?P<rule>ERR_PNPM\w*) .*)")),
        Shape(re.compile(r"(?:➤ )?(?P<rule>YN00\d\d):.*(?P<message>rror.*)")),
        Shape(re.compile(r"error (?P<message>(?!Command failed)\S.*)")),
    ),
)
