"""Captured text in Markdown: it is shown, and does nothing."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from swiftlog_core.explain.report.markdown import (
    citation,
    code_block,
    code_span,
    inert,
    prose,
)

HOSTILE = (
    "@octocat #1 acme/shop#2 GH-3 !4 &lt;b&gt;",
    "<img src=x onerror=alert(1)> <!-- x --> </details>",
    "![x](https://e.example/p.png) [y](javascript:z) <https://e.example>",
    "https://e.example www.e.example mailto:a@e.example a@e.example",
    "`` ` ``` ```` ~~~",
    "# head\n1. list\n> quote\n---\n***bold*** _it_ ~~gone~~",
    "\u202eevil\u202c \u200bzero\u2060 \x1b]0;title\x07 \u3164 \ufe0f",
    "[a]: https://e.example 'x'",
    "| a | b |\n|---|---|",
    "-",
    "1.",
    "1)",
    "+",
    "====",
)


def texts_outside_code(markdown: str) -> str:
    found = []
    for token in MarkdownIt("commonmark").parse(markdown):
        assert token.type != "html_block"
        for inner in token.children or ():
            assert inner.type in ("text", "code_inline", "softbreak"), inner
            if inner.type == "text":
                found.append(inner.content)
    return "".join(found)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_code_in_every_form(text: str) -> None:
    for made in (code_span(text), prose(text)):
        outside = texts_outside_code(f"- {made}\n")
        assert not re.search(r"[@#<>`*_~\[\]|\\$]|://|www|\w\.\w", outside), outside
        tokens = MarkdownIt("commonmark").parse(f"- {made}\n")
        assert {t.type for t in tokens} <= {
            "bullet_list_open",
            "bullet_list_close",
            "list_item_open",
            "list_item_close",
            "paragraph_open",
            "paragraph_close",
            "inline",
        }


@given(st.text())
def test_any_text_stays_inside_its_span_and_its_block(text: str) -> None:
    assert texts_outside_code(f"{code_span(text)}\n").strip() in ("", "(empty)")
    block = code_block(text.split("\n"))
    tokens = MarkdownIt("commonmark").parse(block)
    assert [token.type for token in tokens] == ["fence"]


@given(st.text(max_size=200))
def test_prose_of_any_text_has_nothing_active(text: str) -> None:
    outside = texts_outside_code(f"- {prose(text)}\n")
    assert not re.search(r"[@#<>`*_~\[\]|$]|://", outside)


@given(st.text())
def test_nothing_hidden_is_left(text: str) -> None:
    shown = inert(text)
    assert "\n" not in shown
    assert "\u202e" not in shown
    assert "\u200d" not in shown
    assert inert(shown) == shown


def test_plain_sentences_stay_readable() -> None:
    text = "The test `test_total` failed: it's not equal (80, not 90), see cart.py."
    assert prose(text) == (
        "The test `test_total` failed: it's not equal (80, not 90), see `cart.py`."
    )
    assert prose("exit code 2.") == r"exit code 2\."


def test_links_shrink_to_their_labels() -> None:
    assert prose("see [the fix](https://e.example/x) now") == "see the fix now"


def test_long_code_is_cut() -> None:
    assert len(code_span("x" * 1000)) < 310


def test_citations_name_one_line_or_a_range() -> None:
    assert citation(120, 124) == "[L120-L124]"
    assert citation(7, 7) == "[L7]"
