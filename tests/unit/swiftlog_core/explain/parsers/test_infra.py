from __future__ import annotations

from typing import TYPE_CHECKING

from swiftlog_core.explain.parsers.infra import PARSER

if TYPE_CHECKING:
    from collections.abc import Callable

    from swiftlog_core.events import Finding

OUTPUT = """\
all fine
cc1plus: fatal error: No space left on device
/w/run.sh: line 3:  4711 Killed   ./big
curl: (6) Could not resolve host: example.org
"""


def test_the_machines_failures_are_found(
    read: Callable[..., list[Finding]],
) -> None:
    found = read(PARSER, OUTPUT)
    assert [(f.severity, f.first_line, f.last_line, f.file, f.line) for f in found] == [
        ("error", 2, 2, "", 0),
        ("error", 3, 3, "", 0),
        ("error", 4, 4, "", 0),
    ]
    assert found[0].message == "cc1plus: fatal error: No space left on device"
