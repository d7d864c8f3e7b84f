"""Orders blocks by how likely they carry the cause, and lines by how much they tell.

A log-linear model over named features: the score of a block is a sum of weights, and
the share of belief that a block gets is its softmax among all blocks of the log. The
belief decides how many lines are worth showing.
"""

from __future__ import annotations

from math import exp
from typing import TYPE_CHECKING, Final, NamedTuple

from swiftlog_core.explain.features import features, order_features
from swiftlog_core.explain.parser import TAIL
from swiftlog_core.explain.weights import WEIGHTS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from swiftlog_core.explain.blocks import Block
    from swiftlog_core.explain.features import Scene

MAX_RANKED: Final = 100
VALUES: Final[Mapping[str, float]] = {weight.name: weight.value for weight in WEIGHTS}


class Ranked(NamedTuple):
    """A block with its score and its share of belief."""

    block: Block
    score: float
    belief: float


def rank(
    blocks: Sequence[Block], scene: Scene, values: Mapping[str, float] = VALUES
) -> list[Ranked]:
    """Order *blocks*, most likely cause first; ties stand in log order."""
    return rank_described(blocks, describe(blocks, scene), values)


def rank_described(
    blocks: Sequence[Block],
    found: Sequence[Mapping[str, float]],
    values: Mapping[str, float],
) -> list[Ranked]:
    """Order *blocks* whose features are *found* already."""
    scores = [
        sum(values.get(name, 0.0) * value for name, value in one.items())
        for one in found
    ]
    if not scores:
        return []
    top = max(scores)
    shares = [exp(score - top) for score in scores]
    total = sum(shares)
    ranked = [
        Ranked(block, score, share / total)
        for block, score, share in zip(blocks, scores, shares, strict=True)
    ]
    ranked.sort(key=lambda r: (-r.score, r.block.first, r.block.last))
    return ranked


def describe(blocks: Sequence[Block], scene: Scene) -> list[dict[str, float]]:
    """Give the features of each block, in the order of *blocks*."""
    found = [features(block, scene) for block in blocks]
    order_features(blocks, found, scene)
    return found


HEADS: Final = (3, 2, 2, 2, 1)  # lines of the likeliest blocks that come first
HEADS_OF_NEWS: Final = (3, 2, 2, 1, 1, 1)
BODY_LINES: Final = 30
ENOUGH_BELIEF: Final = 0.83
# With a passing run to compare with, few lines are left and most of them matter.
ENOUGH_BELIEF_OF_NEWS: Final = 0.90


def rank_lines(ranked: Sequence[Ranked], scene: Scene) -> list[int]:
    """Give the numbers of the telling lines, most telling first, at most 100.

    The heads of the likely blocks come before the bodies, so that the first ten
    lines already show more than one suspicion; once the blocks shown hold enough
    belief, the list ends.
    """
    enough = ENOUGH_BELIEF_OF_NEWS if scene.novel else ENOUGH_BELIEF
    chosen: list[Ranked] = []
    belief = 0.0
    for one in ranked:
        chosen.append(one)
        belief += one.belief
        if belief >= enough:
            break
    lines: dict[int, None] = {}
    heads = HEADS_OF_NEWS if scene.novel else HEADS
    for one, head in zip(chosen, heads, strict=False):
        for number in _told(one.block, scene)[:head]:
            lines.setdefault(number)
    for limit in (BODY_LINES, None):
        for one in chosen:
            if len(lines) < MAX_RANKED:
                for number in _told(one.block, scene)[:limit]:
                    lines.setdefault(number)
    return list(lines)[:MAX_RANKED]


def _told(block: Block, scene: Scene) -> list[int]:
    """Order the lines of a block: in log order, from the end for a tail."""
    numbers = [
        number
        for number in range(block.first, block.last + 1)
        if scene.texts.get(number, "").strip()
        and (not scene.novel or number in scene.novel)
    ]
    if block.kind == TAIL:
        numbers.reverse()
    elif block.key != block.first and block.key in numbers:
        numbers.remove(block.key)
        numbers.insert(min(1, len(numbers)), block.key)
    return numbers
