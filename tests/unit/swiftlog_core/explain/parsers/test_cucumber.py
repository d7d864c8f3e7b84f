from __future__ import annotations

from typing import TYPE_CHECKING

from swiftlog_core.explain.parsers.cucumber import PARSER

if TYPE_CHECKING:
    from collections.abc import Callable

    from swiftlog_core.events import Finding

OUTPUT = """\
Failing Scenarios:
cucumber features/sum.feature:3 # Scenario: adds
cucumber features/sum.feature:9 # Scenario: subtracts

2 scenarios (2 failed)
"""


def test_failing_scenarios_are_listed(
    read: Callable[..., list[Finding]],
) -> None:
    found = read(PARSER, OUTPUT)
    assert [(f.severity, f.first_line, f.last_line, f.file, f.line) for f in found] == [
        ("error", 1, 3, "", 0),
    ]
    assert found[0].message == "Failing Scenarios:"
