from __future__ import annotations

from typing import TYPE_CHECKING

from swiftlog_core.explain.parsers.java import PARSER

if TYPE_CHECKING:
    from collections.abc import Callable

    from swiftlog_core.events import Finding

OUTPUT = """\
starting
Exception in thread "main" java.lang.RuntimeException: outer
	at Thrower.main(Thrower.java:1)
Caused by: java.lang.IllegalStateException: broken
	at Thrower.f(Thrower.java:1)
	at Thrower.main(Thrower.java:1)
bye
A.java:1: error: incompatible types: String cannot be converted to int
public class A { int x = "s"; }
                         ^
1 error
"""


def test_an_exception_takes_its_stack_and_its_cause(
    read: Callable[..., list[Finding]],
) -> None:
    found = read(PARSER, OUTPUT)
    assert [(f.severity, f.first_line, f.last_line, f.file, f.line) for f in found] == [
        ("error", 2, 6, "", 0),
        ("error", 8, 10, "A.java", 1),
    ]
    assert found[0].message == "java.lang.RuntimeException: outer"
