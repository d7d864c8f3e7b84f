from __future__ import annotations

from typing import TYPE_CHECKING

from swiftlog_core.explain.parsers.shell import PARSER

if TYPE_CHECKING:
    from collections.abc import Callable

    from swiftlog_core.events import Finding

OUTPUT = """\
bash: line 1: nocommand: command not found
cat: /nowhere: No such file or directory
s.sh: line 2: nocmd: command not found
sh: 1: foo: not found
"""


def test_missing_commands_and_files_are_found(
    read: Callable[..., list[Finding]],
) -> None:
    found = read(PARSER, OUTPUT)
    assert [(f.severity, f.first_line, f.last_line, f.file, f.line) for f in found] == [
        ("error", 1, 1, "bash", 1),
        ("error", 2, 2, "cat", 0),
        ("error", 3, 3, "s.sh", 2),
        ("error", 4, 4, "sh", 1),
    ]
    assert found[0].message == "nocommand: command not found"
