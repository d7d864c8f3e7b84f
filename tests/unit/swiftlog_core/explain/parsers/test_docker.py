from __future__ import annotations

from typing import TYPE_CHECKING

from swiftlog_core.explain.parsers.docker import PARSER

if TYPE_CHECKING:
    from collections.abc import Callable

    from swiftlog_core.events import Finding

OUTPUT = """\
#7 [2/3] RUN wget https://example.org/x.tgz
#7 0.149 wget: server returned error: HTTP/1.1 404 Not Found
#7 ERROR: process "/bin/sh -c wget https://example.org/x.tgz" did not complete successfully: exit code: 1
ERROR: failed to solve: process "/bin/sh -c wget" did not complete successfully: exit code: 1
"""  # noqa: E501 - the tool prints it so


def test_the_failed_lane_is_found_with_its_output(
    read: Callable[..., list[Finding]],
) -> None:
    found = read(PARSER, OUTPUT)
    assert [(f.severity, f.first_line, f.last_line, f.file, f.line) for f in found] == [
        ("error", 2, 3, "", 0),
        ("error", 4, 4, "", 0),
    ]
    assert found[0].message.startswith('process "/bin/sh -c wget https://example.org')
