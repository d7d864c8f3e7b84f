from __future__ import annotations

from swiftlog_core.explain.api import build_scene
from swiftlog_core.explain.parser import LINT, NEWS, TAIL, WORDS
from swiftlog_core.explain.source import BytesSource

LINTED = b"""\
$ lint
a.py:1:1: E305 expected 2 blank lines
a.py:4:2: E128 continuation line

b.py:9:1: W291 trailing whitespace
The command "lint" exited with 1.
"""


def test_neighbouring_complaints_are_one_block() -> None:
    blocks, _ = build_scene(BytesSource(LINTED))
    lint = [b for b in blocks if b.kind == LINT]
    assert [(b.first, b.last, len(b.findings)) for b in lint] == [(2, 5, 3)]


def test_what_a_tools_parser_saw_is_not_counted_as_words_too() -> None:
    blocks, _ = build_scene(BytesSource(LINTED))
    words = [b for b in blocks if b.kind == WORDS]
    assert not any(2 <= b.first <= 5 for b in words)


def test_the_last_output_of_a_failed_command_is_a_block() -> None:
    log = (
        b"travis_time:start:1\r$ check\nrun make docs\n"
        b'The command "check" exited with 1.\n'
    )
    blocks, _ = build_scene(BytesSource(log))
    assert [(b.first, b.last) for b in blocks if b.kind == TAIL] == [(1, 2)]


def test_with_a_passing_run_only_news_are_left() -> None:
    passing = LINTED.replace(b"a.py:4:2: E128 continuation line\n", b"")
    log = LINTED.replace(b"$ lint\n", b"$ lint\nuncommon remark\n")
    blocks, scene = build_scene(BytesSource(log), [BytesSource(passing)])
    assert scene.novel == {2, 4}
    assert all(scene.novel & set(range(b.first, b.last + 1)) for b in blocks)
    assert [(b.first, b.last) for b in blocks if b.kind == NEWS] == [(2, 2)]
