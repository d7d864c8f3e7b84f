from __future__ import annotations

from typing import TYPE_CHECKING

from swiftlog_core.explain.parsers.gcc import PARSER

if TYPE_CHECKING:
    from collections.abc import Callable

    from swiftlog_core.events import Finding

OUTPUT = """\
a.c: In function 'main':
a.c:1:24: error: 'total' undeclared (first use in this function)
    1 | int main(void){ return total; }
      |                        ^~~~~
b.c:3:5: warning: unused variable 'i' [-Wunused-variable]
/usr/bin/ld: /tmp/cc.o: in function `main':
l.c:(.text+0x5): undefined reference to `f'
collect2: error: ld returned 1 exit status
"""


def test_compiler_and_linker_errors_are_found(
    read: Callable[..., list[Finding]],
) -> None:
    found = read(PARSER, OUTPUT)
    assert [(f.severity, f.first_line, f.last_line, f.file, f.line) for f in found] == [
        ("error", 1, 4, "a.c", 1),
        ("warning", 5, 5, "", 0),
        ("error", 6, 7, "", 0),
        ("note", 8, 8, "", 0),
    ]
    assert found[0].message == "'total' undeclared (first use in this function)"
