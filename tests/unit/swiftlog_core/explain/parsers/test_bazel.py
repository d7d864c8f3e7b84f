from __future__ import annotations

from typing import TYPE_CHECKING

from swiftlog_core.explain.parsers.bazel import PARSER

if TYPE_CHECKING:
    from collections.abc import Callable

    from swiftlog_core.events import Finding

OUTPUT = """\
ERROR: /w/app/BUILD.bazel:3:10: Compiling app/main.cc failed: (Exit 1)
app/main.cc:7:3: error: use of undeclared identifier 'foo'
//app:sum_test                                    FAILED in 0.3s
FAILED: Build did NOT complete successfully
"""


def test_rules_and_targets_that_failed_are_found(
    read: Callable[..., list[Finding]],
) -> None:
    found = read(PARSER, OUTPUT)
    assert [(f.severity, f.first_line, f.last_line, f.file, f.line) for f in found] == [
        ("error", 1, 3, "/w/app/BUILD.bazel", 3),
        ("note", 4, 4, "", 0),
    ]
    assert found[0].message == "Compiling app/main.cc failed: (Exit 1)"
