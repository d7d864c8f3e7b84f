from __future__ import annotations

from typing import TYPE_CHECKING

from swiftlog_core.explain.parsers.perl import PARSER

if TYPE_CHECKING:
    from collections.abc import Callable

    from swiftlog_core.events import Finding

OUTPUT = """\
#   Failed test 'b'
#   at t.t line 1.
#          got: '1'
#     expected: '2'
# Looks like you failed 1 test of 2.
t.t ..
Dubious, test returned 1 (wstat 256, 0x100)
Failed 1/2 subtests
no luck at run.pl line 3.
"""


def test_a_failed_test_file_and_a_die_are_found(
    read: Callable[..., list[Finding]],
) -> None:
    found = read(PARSER, OUTPUT)
    assert [(f.severity, f.first_line, f.last_line, f.file, f.line) for f in found] == [
        ("error", 5, 5, "", 0),
        ("error", 1, 8, "", 0),
        ("error", 9, 9, "run.pl", 3),
    ]
    assert found[0].message == "Looks like you failed 1 test of 2."
