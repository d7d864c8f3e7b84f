from __future__ import annotations

from typing import TYPE_CHECKING

from swiftlog_core.explain.parsers.make import PARSER

if TYPE_CHECKING:
    from collections.abc import Callable

    from swiftlog_core.events import Finding

OUTPUT = """\
make: *** [Makefile:2: all] Error 1
make: *** No rule to make target 'nothere'.  Stop.
FAILED: src/a.o
ninja: build stopped: subcommand failed.
"""


def test_a_failed_recipe_is_a_note_and_a_missing_rule_an_error(
    read: Callable[..., list[Finding]],
) -> None:
    found = read(PARSER, OUTPUT)
    assert [(f.severity, f.first_line, f.last_line, f.file, f.line) for f in found] == [
        ("note", 1, 1, "", 0),
        ("error", 2, 2, "", 0),
        ("error", 3, 3, "", 0),
        ("note", 4, 4, "", 0),
    ]
    assert found[1].message == "No rule to make target 'nothere'.  Stop."
