from __future__ import annotations

from typing import TYPE_CHECKING

from swiftlog_core.explain.parsers.dotnet import PARSER

if TYPE_CHECKING:
    from collections.abc import Callable

    from swiftlog_core.events import Finding

OUTPUT = """\
Program.cs(7,13): error CS0103: The name 'x' does not exist in the current context [/w/app.csproj]
Program.cs(9,1): warning CS0168: The variable 'e' is declared but never used [/w/app.csproj]
    App.Tests.SumTest.Adds [FAIL]
      Assert.Equal() Failure
      Expected: 4
      Actual:   3
Build FAILED.
"""  # noqa: E501 - the tool prints it so


def test_compiler_errors_and_failed_facts_are_found(
    read: Callable[..., list[Finding]],
) -> None:
    found = read(PARSER, OUTPUT)
    assert [(f.severity, f.first_line, f.last_line, f.file, f.line) for f in found] == [
        ("error", 1, 1, "Program.cs", 7),
        ("warning", 2, 2, "", 0),
        ("error", 3, 6, "", 0),
        ("note", 7, 7, "", 0),
    ]
    assert found[0].message.startswith("The name 'x' does not exist in the current c")
