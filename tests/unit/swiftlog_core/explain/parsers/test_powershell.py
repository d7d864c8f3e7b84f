from __future__ import annotations

from typing import TYPE_CHECKING

from swiftlog_core.explain.parsers.powershell import PARSER

if TYPE_CHECKING:
    from collections.abc import Callable

    from swiftlog_core.events import Finding

OUTPUT = """\
  [-] adds numbers 12ms (10ms|2ms)
   Expected 4, but got 3.
foo : The term 'foo' is not recognized as the name of a cmdlet
At C:\\w\\build.ps1:3 char:1
+ foo
+ ~~~
    + CategoryInfo : ObjectNotFound: (foo:String) []
"""


def test_pester_and_positions_are_found(
    read: Callable[..., list[Finding]],
) -> None:
    found = read(PARSER, OUTPUT)
    assert [(f.severity, f.first_line, f.last_line, f.file, f.line) for f in found] == [
        ("error", 1, 2, "", 0),
        ("error", 3, 7, "C:\\w\\build.ps1", 3),
    ]
    assert found[0].message == "adds numbers 12ms (10ms|2ms)"
