from __future__ import annotations

from typing import TYPE_CHECKING

from swiftlog_core.explain.parsers.node import PARSER

if TYPE_CHECKING:
    from collections.abc import Callable

    from swiftlog_core.events import Finding

OUTPUT = """\
  throw err;
  ^

Error: Cannot find module 'nowhere'
    at Module._resolveFilename (node:internal/modules/cjs/loader:1207:15)
    at Module._load (node:internal/modules/cjs/loader:1038:27)

Node.js v20.20.2
"""


def test_an_error_takes_its_stack(
    read: Callable[..., list[Finding]],
) -> None:
    found = read(PARSER, OUTPUT)
    assert [(f.severity, f.first_line, f.last_line, f.file, f.line) for f in found] == [
        ("error", 4, 6, "", 0),
    ]
    assert found[0].message == "Error: Cannot find module 'nowhere'"
