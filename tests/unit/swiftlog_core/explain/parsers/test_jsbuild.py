from __future__ import annotations

from typing import TYPE_CHECKING

from swiftlog_core.explain.parsers.jsbuild import PARSER

if TYPE_CHECKING:
    from collections.abc import Callable

    from swiftlog_core.events import Finding

OUTPUT = """\
ERROR in ./src/index.js
Module not found: Error: Can't resolve './nope' in '/w/src'
 @ ./src/index.js 1:0-20
[12:00:01] 'build' errored after 12 ms
Warning: Task "lint" failed. Use --force to continue.
"""


def test_bundlers_and_task_runners_are_found(
    read: Callable[..., list[Finding]],
) -> None:
    found = read(PARSER, OUTPUT)
    assert [(f.severity, f.first_line, f.last_line, f.file, f.line) for f in found] == [
        ("error", 1, 3, "", 0),
        ("error", 4, 4, "", 0),
        ("note", 5, 5, "", 0),
    ]
    assert found[0].message.startswith("Module not found: Error: Can't resolve './no")
