from __future__ import annotations

from typing import TYPE_CHECKING

from swiftlog_core.explain.parsers.sanitizer import PARSER

if TYPE_CHECKING:
    from collections.abc import Callable

    from swiftlog_core.events import Finding

OUTPUT = """\
=================================================================
==42==ERROR: AddressSanitizer: heap-use-after-free on address 0x602000000010
READ of size 4 at 0x602000000010 thread T0
    #0 0x4011b2 in main /w/a.c:7
    #1 0x7f0 in __libc_start_main
a.c:9:5: runtime error: signed integer overflow: 2147483647 + 1
"""


def test_a_report_takes_its_stack(
    read: Callable[..., list[Finding]],
) -> None:
    found = read(PARSER, OUTPUT)
    assert [(f.severity, f.first_line, f.last_line, f.file, f.line) for f in found] == [
        ("error", 2, 5, "", 0),
        ("error", 6, 6, "a.c", 9),
    ]
    assert found[0].message.startswith("ERROR: AddressSanitizer: heap-use-after-free")
