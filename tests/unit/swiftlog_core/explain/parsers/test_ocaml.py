from __future__ import annotations

from typing import TYPE_CHECKING

from swiftlog_core.explain.parsers.ocaml import PARSER

if TYPE_CHECKING:
    from collections.abc import Callable

    from swiftlog_core.events import Finding

OUTPUT = """\
File "bin/main.ml", line 3, characters 8-11:
3 | let x = foo
            ^^^
Error: Unbound value foo
"""


def test_the_error_below_the_place_is_the_message(
    read: Callable[..., list[Finding]],
) -> None:
    found = read(PARSER, OUTPUT)
    assert [(f.severity, f.first_line, f.last_line, f.file, f.line) for f in found] == [
        ("error", 1, 4, "bin/main.ml", 3),
    ]
    assert found[0].message == "Unbound value foo"
