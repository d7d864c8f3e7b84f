from __future__ import annotations

from typing import TYPE_CHECKING

from swiftlog_core.explain.parsers.phpcs import PARSER

if TYPE_CHECKING:
    from collections.abc import Callable

    from swiftlog_core.events import Finding

OUTPUT = """\
FILE: /w/src/App.php
----------------------------------------------------------------------
FOUND 1 ERROR AFFECTING 1 LINE
----------------------------------------------------------------------
 12 | ERROR | [x] Expected 1 space after IF keyword; 0 found
----------------------------------------------------------------------
"""


def test_a_files_table_is_one_block(
    read: Callable[..., list[Finding]],
) -> None:
    found = read(PARSER, OUTPUT)
    assert [(f.severity, f.first_line, f.last_line, f.file, f.line) for f in found] == [
        ("error", 1, 6, "/w/src/App.php", 0),
    ]
    assert found[0].message == "FILE: /w/src/App.php"
