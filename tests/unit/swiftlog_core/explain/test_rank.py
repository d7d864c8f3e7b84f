from __future__ import annotations

from swiftlog_core.explain.api import build_scene
from swiftlog_core.explain.rank import MAX_RANKED, VALUES, rank, rank_lines
from swiftlog_core.explain.source import BytesSource
from swiftlog_core.explain.weights import WEIGHTS

LOG = b"""\
$ npm test
warning: this is deprecated
src/app.ts(12,5): error TS2322: Type 'string' is not assignable to type 'number'.
npm ERR! code ELIFECYCLE
npm ERR! errno 1
The command "npm test" exited with 1.
store build cache
error: cache is full
"""


def test_the_cause_stands_before_its_consequences_and_the_clean_up() -> None:
    blocks, scene = build_scene(BytesSource(LOG))
    lines = rank_lines(rank(blocks, scene), scene)
    assert lines[0] == 3
    if 8 in lines:
        assert lines.index(3) < lines.index(8)


def test_beliefs_are_shares_of_one() -> None:
    blocks, scene = build_scene(BytesSource(LOG))
    ranked = rank(blocks, scene)
    assert abs(sum(one.belief for one in ranked) - 1) < 1e-9
    assert [r.score for r in ranked] == sorted((r.score for r in ranked), reverse=True)


def test_at_most_a_hundred_lines_are_ranked() -> None:
    log = b"".join(b"a.c:%d:1: error: no %d\n" % (n, n) for n in range(500))
    blocks, scene = build_scene(BytesSource(log))
    lines = rank_lines(rank(blocks, scene), scene)
    assert len(lines) == MAX_RANKED
    assert len(set(lines)) == len(lines)


def test_every_weight_has_a_name_of_its_own_and_a_comment() -> None:
    assert len(VALUES) == len(WEIGHTS)
    assert all(weight.comment for weight in WEIGHTS)
