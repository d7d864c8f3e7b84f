from __future__ import annotations

from typing import TYPE_CHECKING

from swiftlog_core.explain.parsers.git import PARSER

if TYPE_CHECKING:
    from collections.abc import Callable

    from swiftlog_core.events import Finding

OUTPUT = """\
Cloning into 'x'...
warning: Could not find remote branch gone to clone.
fatal: Remote branch gone not found in upstream origin
CONFLICT (content): Merge conflict in a.txt
"""


def test_a_fatal_error_takes_the_warnings_above(
    read: Callable[..., list[Finding]],
) -> None:
    found = read(PARSER, OUTPUT)
    assert [(f.severity, f.first_line, f.last_line, f.file, f.line) for f in found] == [
        ("error", 1, 3, "", 0),
        ("error", 4, 4, "", 0),
    ]
    assert found[0].message.startswith("fatal: Remote branch gone not found in upstr")
