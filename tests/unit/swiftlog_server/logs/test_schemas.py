"""Which questions about a log make sense."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from swiftlog_server.logs.schemas import LogQuery


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"from": 3, "to": 3},
        {"tail": 5, "stream": "stderr", "format": "text"},
        {"q": "x", "regex": "1", "case": "true", "context": 3, "limit": 5},
        {"format": "raw", "stream": "stdout"},
        {"q": "x", "from": 2, "to": 9},
    ],
)
def test_questions_that_fit_are_taken(query: dict[str, object]) -> None:
    LogQuery.model_validate(query)


@pytest.mark.parametrize(
    ("query", "problem"),
    [
        ({"from": 3, "to": 2}, "lies before"),
        ({"tail": 5, "limit": 3}, "goes with none"),
        ({"tail": 5, "q": "x"}, "goes with none"),
        ({"case": 1}, "need `q`"),
        ({"context": 1}, "need `q`"),
        ({"format": "raw", "q": "x"}, "is whole"),
        ({"format": "raw", "tail": 1}, "is whole"),
        ({"lines": 3}, "Extra inputs"),
        ({"limit": 10_001}, "less than or equal"),
        ({"context": 51, "q": "x"}, "less than or equal"),
    ],
)
def test_contradictions_are_refused(query: dict[str, object], problem: str) -> None:
    with pytest.raises(ValidationError, match=problem):
        LogQuery.model_validate(query)
