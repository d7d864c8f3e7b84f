from __future__ import annotations

from typing import TYPE_CHECKING

from swiftlog_core.explain.parsers.rlang import PARSER

if TYPE_CHECKING:
    from collections.abc import Callable

    from swiftlog_core.events import Finding

OUTPUT = """\
* checking examples ... OK
* checking tests ... ERROR
Running the tests in 'tests/testthat.R' failed.
Last 13 lines of output:
  Error in sum("a") : invalid 'type' (character) of argument
* checking PDF version of manual ... OK
Error in eval(expr) : object 'x' not found
Calls: print -> eval
Execution halted
"""


def test_a_failed_check_takes_the_last_lines_of_output(
    read: Callable[..., list[Finding]],
) -> None:
    found = read(PARSER, OUTPUT)
    assert [(f.severity, f.first_line, f.last_line, f.file, f.line) for f in found] == [
        ("error", 2, 5, "", 0),
        ("error", 7, 9, "", 0),
    ]
    assert found[0].message == "* checking tests ... ERROR"
