from __future__ import annotations

from typing import TYPE_CHECKING

from swiftlog_core.explain.parsers.ansible import PARSER

if TYPE_CHECKING:
    from collections.abc import Callable

    from swiftlog_core.events import Finding

OUTPUT = """\
TASK [install] ***************************************************************
fatal: [web1]: FAILED! => {"changed": false, "msg": "No package matching 'nope' found"}
PLAY RECAP *******************************************************************
web1 : ok=1 changed=0 unreachable=0 failed=1
"""


def test_a_failed_task_is_found_with_its_name(
    read: Callable[..., list[Finding]],
) -> None:
    found = read(PARSER, OUTPUT)
    assert [(f.severity, f.first_line, f.last_line, f.file, f.line) for f in found] == [
        ("error", 1, 2, "", 0),
        ("note", 4, 4, "", 0),
    ]
    assert found[0].message.startswith('fatal: [web1]: FAILED! => {"changed": false,')
