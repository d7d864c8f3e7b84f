from __future__ import annotations

from typing import TYPE_CHECKING

from swiftlog_core.explain.parsers.haskell import PARSER

if TYPE_CHECKING:
    from collections.abc import Callable

    from swiftlog_core.events import Finding

OUTPUT = """\
[2 of 3] Compiling Main
src/Main.hs:8:5: error:
    Variable not in scope: foo :: IO ()
  |
8 |     foo
  |     ^^^
"""


def test_the_text_below_the_place_belongs_to_it(
    read: Callable[..., list[Finding]],
) -> None:
    found = read(PARSER, OUTPUT)
    assert [(f.severity, f.first_line, f.last_line, f.file, f.line) for f in found] == [
        ("error", 2, 6, "src/Main.hs", 8),
    ]
    assert found[0].message == "Variable not in scope: foo :: IO ()"
