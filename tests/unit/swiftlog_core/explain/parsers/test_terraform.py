from __future__ import annotations

from typing import TYPE_CHECKING

from swiftlog_core.explain.parsers.terraform import PARSER

if TYPE_CHECKING:
    from collections.abc import Callable

    from swiftlog_core.events import Finding

OUTPUT = """\
╷
│ Error: Unsupported argument
│
│   on main.tf line 3, in resource "null_resource" "a":
│    3:   colour = "red"
╵
"""


def test_a_boxed_error_is_one_block(
    read: Callable[..., list[Finding]],
) -> None:
    found = read(PARSER, OUTPUT)
    assert [(f.severity, f.first_line, f.last_line, f.file, f.line) for f in found] == [
        ("error", 1, 6, "", 0),
    ]
    assert found[0].message == "Unsupported argument"
