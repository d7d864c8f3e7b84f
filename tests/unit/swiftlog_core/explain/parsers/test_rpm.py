from __future__ import annotations

from typing import TYPE_CHECKING

from swiftlog_core.explain.parsers.rpm import PARSER

if TYPE_CHECKING:
    from collections.abc import Callable

    from swiftlog_core.events import Finding

OUTPUT = """\
DEBUG util.py:459:  Problem: conflicting requests
DEBUG util.py:459:    - nothing provides libfoo >= 2 needed by bar-1.0
error: Bad exit status from /var/tmp/rpm-tmp.abc (%build)
"""


def test_dependencies_behind_a_log_prefix_are_found(
    read: Callable[..., list[Finding]],
) -> None:
    found = read(PARSER, OUTPUT)
    assert [(f.severity, f.first_line, f.last_line, f.file, f.line) for f in found] == [
        ("error", 1, 2, "", 0),
        ("error", 3, 3, "", 0),
    ]
    assert found[0].message == "Problem: conflicting requests"
