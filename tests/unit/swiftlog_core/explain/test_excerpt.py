from __future__ import annotations

from swiftlog_core.explain.excerpt import Budget, make_excerpt

TEXTS = {number: f"line {number}" for number in range(1, 21)}


def test_causes_come_first_and_context_fills_what_is_left() -> None:
    found = make_excerpt([10, 12], {10: 0.5}, TEXTS, Budget(lines=5))
    assert [(line.number, line.cause) for line in found.lines] == [
        (8, False),
        (9, False),
        (10, True),
        (11, False),
        (12, True),
    ]
    assert found.ranked == (10, 12)
    assert next(line.score for line in found.lines if line.number == 10) == 0.5


def test_a_budget_of_tokens_is_kept() -> None:
    found = make_excerpt(list(range(1, 21)), {}, TEXTS, Budget(lines=60, tokens=7))
    assert len(found.lines) == 3
