from __future__ import annotations

from typing import TYPE_CHECKING

from swiftlog_core.explain.parsers.rubocop import PARSER

if TYPE_CHECKING:
    from collections.abc import Callable

    from swiftlog_core.events import Finding

OUTPUT = """\
Offenses:

app/models/user.rb:1:1: C: Style/FrozenStringLiteralComment: Missing magic comment.
class User
^

1 file inspected, 1 offense detected
"""


def test_an_offense_takes_its_source(
    read: Callable[..., list[Finding]],
) -> None:
    found = read(PARSER, OUTPUT)
    assert [(f.severity, f.first_line, f.last_line, f.file, f.line) for f in found] == [
        ("error", 3, 5, "app/models/user.rb", 1),
        ("note", 7, 7, "", 0),
    ]
    assert found[0].message == "Missing magic comment."
