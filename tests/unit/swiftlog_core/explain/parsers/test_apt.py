from __future__ import annotations

from typing import TYPE_CHECKING

from swiftlog_core.explain.parsers.apt import PARSER

if TYPE_CHECKING:
    from collections.abc import Callable

    from swiftlog_core.events import Finding

OUTPUT = """\
Err:5 http://deb.example.org stable/main amd64 foo
  404  Not Found [IP: 10.0.0.1 80]
W: Target Packages is configured multiple times
E: Unable to locate package nope
"""


def test_packages_that_cannot_be_had_are_found(
    read: Callable[..., list[Finding]],
) -> None:
    found = read(PARSER, OUTPUT)
    assert [(f.severity, f.first_line, f.last_line, f.file, f.line) for f in found] == [
        ("error", 1, 2, "", 0),
        ("warning", 3, 3, "", 0),
        ("error", 4, 4, "", 0),
    ]
    assert found[0].message == "http://deb.example.org stable/main amd64 foo"
