from __future__ import annotations

from typing import TYPE_CHECKING

from swiftlog_core.explain.parsers.lua import PARSER

if TYPE_CHECKING:
    from collections.abc import Callable

    from swiftlog_core.events import Finding

OUTPUT = """\
Failure → spec/sum_spec.lua @ 4
sum adds
spec/sum_spec.lua:6: Expected objects to be equal.

lua: main.lua:3: attempt to call a nil value (global 'foo')
stack traceback:
	main.lua:3: in main chunk
"""


def test_a_busted_failure_takes_its_detail(
    read: Callable[..., list[Finding]],
) -> None:
    found = read(PARSER, OUTPUT)
    assert [(f.severity, f.first_line, f.last_line, f.file, f.line) for f in found] == [
        ("error", 1, 3, "spec/sum_spec.lua", 4),
        ("error", 5, 7, "main.lua", 3),
    ]
    assert found[0].message == "spec/sum_spec.lua @ 4"
