from __future__ import annotations

from typing import TYPE_CHECKING

from swiftlog_core.explain.parsers.npm import PARSER

if TYPE_CHECKING:
    from collections.abc import Callable

    from swiftlog_core.events import Finding

OUTPUT = """\
npm ERR! code E404
npm ERR! 404 Not Found - GET https://registry.npmjs.org/nope - Not found
npm ERR! A complete log of this run can be found in:
npm ERR!     /root/.npm/_logs/x-debug.log
compiling
npm ERR! code ELIFECYCLE
npm ERR! errno 1
npm ERR! Exit status 1
error Command failed with exit code 1.
"""


def test_only_lines_about_packages_are_errors(
    read: Callable[..., list[Finding]],
) -> None:
    found = read(PARSER, OUTPUT)
    assert [(f.severity, f.first_line, f.last_line, f.file, f.line) for f in found] == [
        ("error", 1, 2, "", 0),
        ("note", 3, 4, "", 0),
        ("note", 6, 8, "", 0),
        ("note", 9, 9, "", 0),
    ]
    assert found[0].message == "code E404"
