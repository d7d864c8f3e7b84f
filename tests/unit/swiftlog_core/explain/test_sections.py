from __future__ import annotations

from swiftlog_core.explain.reading import read_regions
from swiftlog_core.explain.sections import HARD, SOFT, outline


def test_a_failed_command_is_an_anchor_and_knows_where_it_began() -> None:
    log = (
        b"travis_time:start:1\r\x1b[0K$ make\nok\n"
        b"travis_time:start:2\r\x1b[0K$ make test\noops\n"
        b'The command "make test" exited with 2.\ncache\n'
    )
    shape = outline(read_regions([(1, log)], 1, 6))
    assert shape.certain
    assert [(a.line, a.strength, a.start) for a in shape.hard] == [(5, HARD, 3)]


def test_the_end_stands_in_where_nothing_names_a_failure() -> None:
    shape = outline(read_regions([(1, b"one\ntwo\n")], 1, 2))
    assert not shape.certain
    assert shape.hard[0].line == 3


def test_what_a_build_tool_says_is_a_soft_anchor() -> None:
    log = b"make: *** [all] Error 1\nbye\n"
    shape = outline(read_regions([(1, log)], 1, 2))
    assert shape.anchors[0].strength == SOFT
