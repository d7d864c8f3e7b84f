from __future__ import annotations

from typing import TYPE_CHECKING

from swiftlog_core.explain.parsers.scala import PARSER

if TYPE_CHECKING:
    from collections.abc import Callable

    from swiftlog_core.events import Finding

OUTPUT = """\
[info] compiling
[error] /w/src/A.scala:3:7: not found: value foo
[error]   foo()
[error]   ^
[error] one error found
[error] (Compile / compileIncremental) Compilation failed
"""


def test_error_lines_are_one_block(
    read: Callable[..., list[Finding]],
) -> None:
    found = read(PARSER, OUTPUT)
    assert [(f.severity, f.first_line, f.last_line, f.file, f.line) for f in found] == [
        ("error", 2, 6, "/w/src/A.scala", 3),
    ]
    assert found[0].message == "/w/src/A.scala:3:7: not found: value foo"
