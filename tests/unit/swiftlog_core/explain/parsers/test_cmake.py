from __future__ import annotations

from typing import TYPE_CHECKING

from swiftlog_core.explain.parsers.cmake import PARSER

if TYPE_CHECKING:
    from collections.abc import Callable

    from swiftlog_core.events import Finding

OUTPUT = """\
-- Looking for pthread.h
CMake Error at CMakeLists.txt:4 (find_package):
  Could not find a package configuration file provided by "Foo".

  Add the installation prefix of "Foo" to CMAKE_PREFIX_PATH.
Call Stack (most recent call first):
  deps.cmake:3 (include)


-- Configuring incomplete, errors occurred!
"""


def test_an_error_takes_its_paragraphs_and_call_stack(
    read: Callable[..., list[Finding]],
) -> None:
    found = read(PARSER, OUTPUT)
    assert [(f.severity, f.first_line, f.last_line, f.file, f.line) for f in found] == [
        ("error", 2, 7, "CMakeLists.txt", 4),
        ("note", 10, 10, "", 0),
    ]
    assert found[0].message.startswith("Could not find a package configuration file ")
