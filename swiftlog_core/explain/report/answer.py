"""From a model's words to claims, each with the lines and the quote that it cites.

Only the shape is looked at here; whether a claim holds is decided by ``check``.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from swiftlog_core.errors import ExplainerError
from swiftlog_core.explain.report.facts import SECTIONS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

MAX_ANSWER: Final = 200_000  # characters; 2,000 tokens are 8,000
_TRIES: Final = 5  # braces among other words that may open the object

SCHEMA: Final[Mapping[str, object]] = {
    "type": "object",
    "properties": {
        "claims": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "section": {"type": "string", "enum": list(SECTIONS)},
                    "text": {"type": "string"},
                    "first_line": {"type": "integer"},
                    "last_line": {"type": "integer"},
                    "quote": {"type": "string"},
                },
                "required": ["section", "text", "first_line", "last_line", "quote"],
                "additionalProperties": False,
            },
        }
    },
    "required": ["claims"],
    "additionalProperties": False,
}


class Claim(NamedTuple):
    """What a model says, and the literal quote of log lines that it rests on."""

    section: str
    text: str
    first_line: int
    last_line: int
    quote: str


def parse(text: str) -> tuple[list[Claim], int]:
    """Return the claims in a model's answer, and how many are no claims in shape.

    JSON may stand in a fence or among other words. Raises ``ExplainerError`` when there
    is no object with a list of claims.
    """
    if len(text) > MAX_ANSWER:
        raise ExplainerError("unusable", "the model's answer is too long")
    for found in _objects(text):
        claims = found.get("claims")
        if isinstance(claims, list):
            good = [c for c in map(_claim, claims) if c is not None]
            return good, len(claims) - len(good)
    raise ExplainerError(
        "unusable", "the model's answer is not the JSON that it was asked for"
    )


def _objects(text: str) -> Iterator[dict[str, Any]]:
    """Yield the JSON objects that begin at the first braces of *text*."""
    decoder = json.JSONDecoder()
    start = -1
    for _ in range(_TRIES):
        start = text.find("{", start + 1)
        if start < 0:
            return
        try:
            value, _ = decoder.raw_decode(text, start)
        except (ValueError, RecursionError):
            continue
        if isinstance(value, dict):
            yield value


def _claim(value: object) -> Claim | None:
    if not isinstance(value, dict):
        return None
    section = str(value.get("section", "")).strip().capitalize()
    text, quote = value.get("text"), value.get("quote")
    first, last = value.get("first_line"), value.get("last_line")
    if (
        section not in SECTIONS
        or not isinstance(text, str)
        or not isinstance(quote, str)
        or type(first) is not int  # True is an int too
        or type(last) is not int
    ):
        return None
    return Claim(section, text, first, last, quote)
