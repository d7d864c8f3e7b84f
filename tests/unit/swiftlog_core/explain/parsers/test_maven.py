from __future__ import annotations

from typing import TYPE_CHECKING

from swiftlog_core.explain.parsers.maven import PARSER

if TYPE_CHECKING:
    from collections.abc import Callable

    from swiftlog_core.events import Finding

OUTPUT = """\
[INFO] BUILD FAILURE
[ERROR] /w/src/main/java/App.java:[3,13] cannot find symbol
  symbol:   class Missing
[ERROR] Failed to execute goal org.apache.maven.plugins:maven-compiler-plugin:3.1:compile (default-compile) on project app: Compilation failure
[ERROR] -> [Help 1]
[ERROR] Re-run Maven using the -X switch to enable full debug logging.
"""  # noqa: E501 - the tool prints it so


def test_compiler_errors_and_the_goal_are_found_and_help_is_a_note(
    read: Callable[..., list[Finding]],
) -> None:
    found = read(PARSER, OUTPUT)
    assert [(f.severity, f.first_line, f.last_line, f.file, f.line) for f in found] == [
        ("note", 1, 1, "", 0),
        ("error", 2, 3, "/w/src/main/java/App.java", 3),
        ("error", 4, 4, "", 0),
        ("note", 5, 5, "", 0),
        ("note", 6, 6, "", 0),
    ]
    assert found[1].message == "cannot find symbol"
