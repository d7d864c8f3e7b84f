from __future__ import annotations

from typing import TYPE_CHECKING

from swiftlog_core.explain.parsers.nix import PARSER

if TYPE_CHECKING:
    from collections.abc import Callable

    from swiftlog_core.events import Finding

OUTPUT = """\
error: builder for '/nix/store/abc-hello.drv' failed with exit code 2;
       last 2 log lines:
       > main.c:3: error: expected ';'
       > make: *** [Makefile:2: all] Error 1
       For full logs, run 'nix log /nix/store/abc-hello.drv'.
"""


def test_a_failed_builder_takes_its_last_lines(
    read: Callable[..., list[Finding]],
) -> None:
    found = read(PARSER, OUTPUT)
    assert [(f.severity, f.first_line, f.last_line, f.file, f.line) for f in found] == [
        ("error", 1, 4, "", 0),
    ]
    assert found[0].message.startswith("builder for '/nix/store/abc-hello.drv' faile")
