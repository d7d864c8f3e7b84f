"""A model's words become claims, or an error that says so."""

from __future__ import annotations

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from swiftlog_core.errors import ExplainerError
from swiftlog_core.explain.report.answer import MAX_ANSWER, parse

CLAIM = {
    "section": "Errors",
    "text": "x",
    "first_line": 1,
    "last_line": 2,
    "quote": "y",
}
GOOD = json.dumps({"claims": [CLAIM]})


@pytest.mark.parametrize(
    "text",
    [GOOD, f"```json\n{GOOD}\n```", f"Here it is: {GOOD} Bye.", f"{{no}} {GOOD}"],
)
def test_json_is_found_in_other_words(text: str) -> None:
    claims, shapeless = parse(text)
    assert claims[0]._asdict() == CLAIM
    assert shapeless == 0


def test_claims_of_another_shape_are_counted() -> None:
    odd = [None, 1, {}, {**CLAIM, "first_line": "1"}, {**CLAIM, "section": "Poem"}]
    odd += [{**CLAIM, "last_line": True}, {**CLAIM, "quote": None}]
    claims, shapeless = parse(json.dumps({"claims": [*odd, CLAIM]}))
    assert (len(claims), shapeless) == (1, 7)


@pytest.mark.parametrize(
    "text", ["", "no", "{", "[]", '{"claims": 1}', "{" * 5000, "[" * 50_000, "null"]
)
def test_what_is_not_the_schema_is_an_error(text: str) -> None:
    with pytest.raises(ExplainerError) as caught:
        parse(text)
    assert caught.value.kind == "unusable"


def test_a_huge_answer_is_an_error() -> None:
    with pytest.raises(ExplainerError):
        parse(" " * MAX_ANSWER + GOOD)


@given(st.text(max_size=300))
def test_any_text_gives_claims_or_that_error(text: str) -> None:
    with contextlib.suppress(ExplainerError):
        claims, shapeless = parse(text)
        assert len(claims) >= 0 <= shapeless
