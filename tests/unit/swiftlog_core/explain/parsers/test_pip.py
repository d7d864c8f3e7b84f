from __future__ import annotations

from typing import TYPE_CHECKING

from swiftlog_core.explain.parsers.pip import PARSER

if TYPE_CHECKING:
    from collections.abc import Callable

    from swiftlog_core.events import Finding

OUTPUT = """\
ERROR: Could not find a version that satisfies the requirement nope==9 (from versions: none)
ERROR: No matching distribution found for nope==9
  × Building wheel for foo (pyproject.toml) did not run successfully.
  │ exit code: 1
  ╰─> See above for output.
ERROR: Job failed: exit code 1
"""  # noqa: E501, RUF001 - the tool prints it so


def test_what_cannot_be_resolved_is_found(
    read: Callable[..., list[Finding]],
) -> None:
    found = read(PARSER, OUTPUT)
    assert [(f.severity, f.first_line, f.last_line, f.file, f.line) for f in found] == [
        ("error", 1, 1, "", 0),
        ("error", 2, 2, "", 0),
        ("error", 3, 5, "", 0),
        ("note", 6, 6, "", 0),
    ]
    assert found[0].message.startswith("Could not find a version that satisfies the ")
