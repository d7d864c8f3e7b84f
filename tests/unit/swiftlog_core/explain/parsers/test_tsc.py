from __future__ import annotations

from typing import TYPE_CHECKING

from swiftlog_core.explain.parsers.tsc import PARSER

if TYPE_CHECKING:
    from collections.abc import Callable

    from swiftlog_core.events import Finding

OUTPUT = """\
src/app.ts(12,5): error TS2322: Type 'string' is not assignable to type 'number'.
src/util.ts:3:1 - error TS2304: Cannot find name 'foo'.

3 foo();
  ~~~
"""


def test_errors_have_place_and_rule(
    read: Callable[..., list[Finding]],
) -> None:
    found = read(PARSER, OUTPUT)
    assert [(f.severity, f.first_line, f.last_line, f.file, f.line) for f in found] == [
        ("error", 1, 1, "src/app.ts", 12),
        ("error", 2, 2, "src/util.ts", 3),
    ]
    assert found[0].message.startswith("Type 'string' is not assignable to type 'num")
