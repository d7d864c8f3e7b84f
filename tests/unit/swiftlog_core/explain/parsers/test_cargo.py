from __future__ import annotations

from typing import TYPE_CHECKING

from swiftlog_core.explain.parsers.cargo import PARSER

if TYPE_CHECKING:
    from collections.abc import Callable

    from swiftlog_core.events import Finding

OUTPUT = """\
error[E0308]: mismatched types
 --> a.rs:1:25
  |
1 | fn main(){ let x: i32 = "s"; }
  |                   ---   ^^^ expected `i32`, found `&str`

error: aborting due to 1 previous error

thread 'it' (14920) panicked at r.rs:2:10:
assertion `left == right` failed
  left: 1
 right: 2

test result: FAILED. 0 passed; 1 failed
"""


def test_compiler_errors_and_panics_are_found(
    read: Callable[..., list[Finding]],
) -> None:
    found = read(PARSER, OUTPUT)
    assert [(f.severity, f.first_line, f.last_line, f.file, f.line) for f in found] == [
        ("error", 1, 5, "", 0),
        ("note", 7, 7, "", 0),
        ("error", 9, 12, "", 0),
        ("note", 14, 14, "", 0),
    ]
    assert found[0].message == "mismatched types"
