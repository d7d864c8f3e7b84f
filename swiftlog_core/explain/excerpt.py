"""Turns ranked lines into an excerpt inside a budget of lines or tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from swiftlog_core.events import Excerpt, ExcerptLine

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

BYTES_PER_TOKEN: Final = 3.5  # of build output; English prose has four
MAX_TEXT: Final = 1000
CONTEXT: Final = 2


class Budget(NamedTuple):
    """How much an excerpt may hold; ``tokens`` 0 sets no limit but ``lines``."""

    lines: int = 60
    tokens: int = 0


def make_excerpt(
    ranked: Sequence[int],
    scores: Mapping[int, float],
    texts: Mapping[int, str],
    budget: Budget,
) -> Excerpt:
    """Take causes in rank order while they fit, then context around the first."""
    chosen: dict[int, bool] = {}
    left_tokens = float(budget.tokens) if budget.tokens else float("inf")

    def take(number: int, *, cause: bool) -> bool:
        """Add a line when the budget still holds it."""
        nonlocal left_tokens
        cost = (len(texts[number][:MAX_TEXT]) + 1) / BYTES_PER_TOKEN
        if len(chosen) >= budget.lines or cost > left_tokens:
            return False
        left_tokens -= cost
        chosen[number] = cause
        return True

    for number in ranked:
        if number in texts and number not in chosen and not take(number, cause=True):
            break
    for number in ranked[:30]:
        for near in range(number - CONTEXT, number + CONTEXT + 1):
            if near in texts and near not in chosen and texts[near].strip():
                take(near, cause=False)
    lines = tuple(
        ExcerptLine(
            number=number,
            text=texts[number][:MAX_TEXT],
            score=round(scores.get(number, 0.0), 4),
            cause=chosen[number],
        )
        for number in sorted(chosen)
    )
    return Excerpt(lines=lines, ranked=tuple(ranked))
