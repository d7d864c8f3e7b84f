from __future__ import annotations

from typing import TYPE_CHECKING

from swiftlog_core.explain.parsers.linters import PARSER

if TYPE_CHECKING:
    from collections.abc import Callable

    from swiftlog_core.events import Finding

OUTPUT = """\
m.py:2:8: F401 [*] `os` imported but unused
README.md: 12: MD040/fenced-code-language Fenced code blocks should have a language
Dockerfile:3 DL3008 Pin versions in apt get install
m.py:9: note: Revealed type is "int"
In deploy.sh line 4:
rm $x
   ^-- SC2086: Double quote to prevent globbing.
Found 1 error in 1 file (checked 1 source file)
"""


def test_located_complaints_without_an_error_word_are_found(
    read: Callable[..., list[Finding]],
) -> None:
    found = read(PARSER, OUTPUT)
    assert [(f.severity, f.first_line, f.last_line, f.file, f.line) for f in found] == [
        ("error", 1, 1, "m.py", 2),
        ("error", 2, 2, "README.md", 12),
        ("error", 3, 3, "Dockerfile", 3),
        ("warning", 4, 4, "m.py", 0),
        ("error", 5, 8, "deploy.sh", 4),
    ]
    assert found[0].message == "[*] `os` imported but unused"
