"""The card: the cause first, few lines, nothing that a terminal obeys."""

from __future__ import annotations

from swiftlog_core.card import MAX_LINES, render_card, shown_lines
from swiftlog_core.explain.api import Explanation, explain
from swiftlog_core.explain.source import BytesSource

PYTEST = b"""\
collected 2 items
tests/test_shop.py .F
=================================== FAILURES ===================================
__________________________________ test_total __________________________________

    def test_total():
>       assert total([1, 2]) == 4
E       assert 3 == 4
E        +  where 3 = total([1, 2])

tests/test_shop.py:12: AssertionError
=========================== short test summary info ============================
FAILED tests/test_shop.py::test_total - assert 3 == 4
========================= 1 failed, 1 passed in 0.03s ==========================
"""


def explained(log: bytes) -> Explanation:
    return explain(BytesSource(log))


def test_the_card_names_cause_place_and_numbered_lines() -> None:
    card = render_card(explained(PYTEST), 80, run_id="0190")
    rows = card.splitlines()
    assert rows[0].startswith("╭ pytest: ")
    assert "tests/test_shop.py:12" in rows[1]
    assert any(row.startswith("│ >  8  E       assert 3 == 4") for row in rows)
    assert rows[-1].endswith("more: swiftlog logs 0190 --failed")


def test_the_card_is_the_same_each_time() -> None:
    assert render_card(explained(PYTEST)) == render_card(explained(PYTEST))


def test_an_explanation_without_lines_has_no_card() -> None:
    assert render_card(explained(b"")) == ""


def test_a_log_of_errors_shows_few_and_counts_all() -> None:
    log = b"".join(
        b"src/a%d.c:%d:1: error: 'v%d' undeclared\nnoise\n" % (i, i, i)
        for i in range(1, 200)
    )
    explanation = explained(log)
    assert len(shown_lines(explanation)) <= MAX_LINES
    card = render_card(explanation)
    assert "of 398 lines" in card
    assert "⋮" in card or len(card.splitlines()) <= MAX_LINES + 3


def test_no_row_is_wider_than_the_terminal_or_active() -> None:
    log = b"x.c:1:1: error: " + b"w" * 500 + b"\x1b]0;t\x07\x1b[2J\n"
    for color in (False, True):
        card = render_card(explained(log), 60, color=color)
        assert "\x1b]" not in card
        assert "\x1b[2J" not in card
    assert max(map(len, render_card(explained(log), 60).splitlines())) <= 60


def test_rulers_are_cut_short_and_an_unknown_width_is_80() -> None:
    card = render_card(explained(PYTEST), 0)
    assert "___ test_total ___" in card
    assert "=====" not in card


def test_what_to_type_for_more_is_never_cut() -> None:
    card = render_card(explained(PYTEST), 40, run_id="0190b5c1-77a2-7abc-8000")
    assert card.endswith("more: swiftlog logs 0190b5c1-77a2-7abc --failed")


def test_colours_come_only_when_wanted() -> None:
    explanation = explained(PYTEST)
    assert "\x1b[" not in render_card(explanation)
    assert "\x1b[31;1m" in render_card(explanation, color=True)
