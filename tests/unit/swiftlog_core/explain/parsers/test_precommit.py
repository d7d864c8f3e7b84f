from __future__ import annotations

from typing import TYPE_CHECKING

from swiftlog_core.explain.parsers.precommit import PARSER

if TYPE_CHECKING:
    from collections.abc import Callable

    from swiftlog_core.events import Finding

OUTPUT = """\
trim trailing whitespace.................................................Passed
ruff.....................................................................Failed
- hook id: ruff
- exit code: 1

m.py:2:8: F401 `os` imported but unused

mypy.....................................................................Passed
"""


def test_a_failed_hook_takes_what_it_printed(
    read: Callable[..., list[Finding]],
) -> None:
    found = read(PARSER, OUTPUT)
    assert [(f.severity, f.first_line, f.last_line, f.file, f.line) for f in found] == [
        ("error", 2, 6, "", 0),
    ]
    assert found[0].message == "ruff"
