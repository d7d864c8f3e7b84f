"""Ruby: RSpec, Minitest and Rails tests, Rake, Bundler, uncaught exceptions."""

from __future__ import annotations

import re
from typing import Final

from swiftlog_core.explain.parser import TEST
from swiftlog_core.explain.shapes import (
    NOT_BLANK,
    NOTE,
    Shape,
    ShapeParser,
    expressions,
    literals,
)

PARSER: Final = ShapeParser(
    "ruby",
    TEST,
    (
        *literals("Failure/Error:", "Failure:", "Error:", "rake aborted!", "rspec ./"),
        *expressions(r"\.rb:[0-9]"),
        *literals(
            "An error occurred while loading", "Bundler", "Gem::", "Could not find"
        ),
    ),
    (
        Shape(
            re.compile(r"(?:\s*\d+\) )?(?:Failure|Error):$"),
            more=NOT_BLANK,
            limit=40,
            key=re.compile(r"(?P<message>\w+#\w+.*|[A-Z]\w*(?:::\w+)*Error: .*)"),
        ),
        Shape(
            re.compile(r"(?P<message>An error occurred while loading .*)"),
            more=NOT_BLANK,
            limit=40,
            blanks=1,
        ),
        Shape(
            re.compile(r"(?P<message>rake aborted!)"),
            more=NOT_BLANK,
            limit=12,
        ),
        Shape(
            re.compile(r"\s*(?P<message>Failure/Error:.*)"),
            more=re.compile(r"\s{2,}\S|# "),
            limit=30,
            blanks=1,
            above=re.compile(r"\s+\d+\) "),
            above_limit=1,
        ),
        Shape(re.compile(r"rspec (?P<message>(?P<file>\./\S+?):(?P<line>\d+) # .*)")),
        Shape(
            re.compile(
                r"(?P<file>\S+\.rb):(?P<line>\d+):in [`'].*?': "
                r"(?P<message>.*\((?P<rule>[\w:]+)\)?.*)"
            ),
            more=re.compile(r"\s+from |\s+\d+: from"),
            limit=40,
        ),
        Shape(
            re.compile(
                r"(?P<file>\S+\.rb):(?P<line>\d+): (?P<message>(?:syntax error"
                r"|warning: ).*)"
            )
        ),
        Shape(
            re.compile(r"(?P<message>(?:Bundler|Gem)::\w+.*)"), more=NOT_BLANK, limit=10
        ),
        Shape(re.compile(r"(?P<message>Could not find .*(?:gem|in any).*)"), limit=5),
        Shape(re.compile(r"\d+ examples?, \d+ failures?.*"), severity=NOTE),
    ),
)
