from __future__ import annotations

from typing import TYPE_CHECKING

from swiftlog_core.explain.parsers.eslint import PARSER

if TYPE_CHECKING:
    from collections.abc import Callable

    from swiftlog_core.events import Finding

OUTPUT = """\

/w/src/index.js
   3:7   error    'x' is assigned a value but never used  no-unused-vars
  10:1   error    Unexpected console statement            no-console
  12:1   warning  Missing return type                     ts/return

✖ 3 problems (2 errors, 1 warning)
"""


def test_problems_below_a_file_are_one_block(
    read: Callable[..., list[Finding]],
) -> None:
    found = read(PARSER, OUTPUT)
    assert [(f.severity, f.first_line, f.last_line, f.file, f.line) for f in found] == [
        ("error", 2, 5, "", 3),
        ("note", 7, 7, "", 0),
    ]
    assert found[0].message == "'x' is assigned a value but never used"
