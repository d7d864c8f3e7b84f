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
BODY_LINES: Final = 30  # of a block that is believed in, before others have their say
BODY_SHARE: Final = 8  # a belief of one eighth earns all of them
WHOLE_SHARE: Final = 0.5  # from half of that on, the rest of the block follows
ENOUGH_BELIEF: Final = 0.84
# With a passing run to compare with, few lines are left and most of them matter.
ENOUGH_BELIEF_OF_NEWS: Final = 0.90


def rank_lines(ranked: Sequence[Ranked], scene: Scene) -> list[int]:
    """Give the numbers of the telling lines, most telling first, at most 100.

    The heads of the likely blocks come before the bodies, so that the first ten
    lines already show more than one suspicion; once the blocks shown hold enough
    belief, the list ends.
    """
    chosen = _believed(ranked, ENOUGH_BELIEF_OF_NEWS if scene.novel else ENOUGH_BELIEF)
    lines: dict[int, None] = {}

    def show(one: Ranked, limit: int | None) -> None:
        """Add the first lines of a block while there is room."""
        if len(lines) < MAX_RANKED:
            for number in _told(one.block, scene)[:limit]:
                lines.setdefault(number)

    heads = HEADS_OF_NEWS if scene.novel else HEADS
    for one, head in zip(chosen, heads, strict=False):
        show(one, head)
    for one in chosen:
        show(one, max(2, int(BODY_LINES * min(1.0, one.belief * BODY_SHARE))))
    for one in chosen:
        if one.belief * BODY_SHARE > WHOLE_SHARE:
            show(one, None)
    return list(lines)[:MAX_RANKED]


def _believed(ranked: Sequence[Ranked], enough: float) -> list[Ranked]:
    """Give the likeliest blocks that together hold *enough* of the belief."""
    chosen: list[Ranked] = []
    belief = 0.0
    for one in ranked:
        chosen.append(one)
        belief += one.belief
        if belief >= enough:
            break
    return chosen


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
