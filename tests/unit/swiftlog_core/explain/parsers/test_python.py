from __future__ import annotations

from typing import TYPE_CHECKING

from swiftlog_core.explain.parsers.python import PARSER

if TYPE_CHECKING:
    from collections.abc import Callable

    from swiftlog_core.events import Finding

OUTPUT = """\
collecting
Traceback (most recent call last):
  File "/srv/app/main.py", line 12, in <module>
    run()
  File "/srv/app/jobs.py", line 7, in run
    raise ValueError("no job named x")
ValueError: no job named x
done
"""


def test_a_traceback_is_one_finding_that_ends_at_the_exception(
    read: Callable[..., list[Finding]],
) -> None:
    found = read(PARSER, OUTPUT)
    assert [(f.severity, f.first_line, f.last_line, f.file, f.line) for f in found] == [
        ("error", 2, 7, "/srv/app/jobs.py", 7),
    ]
    assert found[0].message == "ValueError: no job named x"
