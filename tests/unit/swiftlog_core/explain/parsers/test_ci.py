from __future__ import annotations

from typing import TYPE_CHECKING

from swiftlog_core.explain.parsers.ci import PARSER

if TYPE_CHECKING:
    from collections.abc import Callable

    from swiftlog_core.events import Finding

OUTPUT = """\
##[error]Process completed with exit code 1.
##[error]src/app.ts:3:1: Missing semicolon
::error file=app.js,line=1::Missing semicolon
The command "make" exited with 2.
##[warning]Node 16 is deprecated
"""


def test_exit_lines_are_notes_and_annotations_errors(
    read: Callable[..., list[Finding]],
) -> None:
    found = read(PARSER, OUTPUT)
    assert [(f.severity, f.first_line, f.last_line, f.file, f.line) for f in found] == [
        ("note", 1, 1, "", 0),
        ("error", 2, 2, "src/app.ts", 3),
        ("error", 3, 3, "app.js", 1),
        ("note", 4, 4, "", 0),
        ("warning", 5, 5, "", 0),
    ]
    assert found[1].message == "src/app.ts:3:1: Missing semicolon"
