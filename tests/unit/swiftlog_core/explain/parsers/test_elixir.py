from __future__ import annotations

from typing import TYPE_CHECKING

from swiftlog_core.explain.parsers.elixir import PARSER

if TYPE_CHECKING:
    from collections.abc import Callable

    from swiftlog_core.events import Finding

OUTPUT = """\
** (RuntimeError) boom
    lib/app.ex:3: App.run/0
    (elixir) lib/enum.ex:1755: Enum.each/2
done
"""


def test_a_raised_error_takes_its_stack(
    read: Callable[..., list[Finding]],
) -> None:
    found = read(PARSER, OUTPUT)
    assert [(f.severity, f.first_line, f.last_line, f.file, f.line) for f in found] == [
        ("error", 1, 3, "", 0),
    ]
    assert found[0].message == "** (RuntimeError) boom"
