"""Counts the tokens that models used and what they cost, and keeps a daily budget.

The counter is a file of one JSON line per question, appended in one write, private to
the user; days older than a month are dropped when it grows. Two processes that
pass the budget's end together may both ask: it is a brake, not an account.
"""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

MAX_BYTES: Final = 256 << 10
KEPT_DAYS: Final = 31
_PRIVATE: Final = 0o600
_MILLION: Final = 1_000_000


def _today() -> str:
    return datetime.now(UTC).date().isoformat()


class Usage(NamedTuple):
    """What one answer took. ``cost`` is 0 when no prices are set.

    ``cached`` tells that it was taken from the cache: its tokens were used before.
    """

    input_tokens: int = 0
    output_tokens: int = 0
    cost: float = 0.0
    cached: bool = False


class Meter(Protocol):
    """Counts usage and says when enough is enough."""

    def refusal(self) -> str:
        """Return why no model may be asked now; empty when one may."""
        ...

    def count(self, input_tokens: int, output_tokens: int) -> Usage:
        """Record what an answer took; return it with its cost."""
        ...


class FileMeter:
    """A meter in a file. Prices are per million tokens; a budget of 0 is none."""

    def __init__(
        self,
        path: Path,
        *,
        budget: int = 0,
        input_price: float = 0.0,
        output_price: float = 0.0,
        today: Callable[[], str] = _today,
    ) -> None:
        """Count in *path*, whose folder is made when something is counted."""
        self._today = today
        self._path = path
        self._budget = budget
        self._prices = input_price, output_price

    def refusal(self) -> str:
        """Return a sentence when today's tokens are used up."""
        if not self._budget:
            return ""
        used = self.used_today()
        if used < self._budget:
            return ""
        return (
            f"{used:,} of {self._budget:,} tokens were used today; raise "
            "SWIFTLOG_OPENAI_TOKEN_BUDGET or wait for tomorrow (UTC)"
        )

    def count(self, input_tokens: int, output_tokens: int) -> Usage:
        """Append to the file; one that cannot be written counts nothing."""
        prices = self._prices
        cost = (input_tokens * prices[0] + output_tokens * prices[1]) / _MILLION
        row = {
            "day": self._today(),
            "input_tokens": input_tokens,
            "output_tokens": output_tokens,
            "cost": round(cost, 6),
        }
        try:
            self._append(json.dumps(row) + "\n")
        except OSError:
            return Usage(input_tokens, output_tokens, cost)
        return Usage(input_tokens, output_tokens, cost)

    def used_today(self) -> int:
        """Return the tokens that were used today (UTC)."""
        today = self._today()
        return sum(
            row["input_tokens"] + row["output_tokens"]
            for row in self._rows()
            if row["day"] == today
        )

    def _rows(self) -> list[dict[str, Any]]:
        try:
            text = self._path.read_text("utf-8", "replace")
        except OSError:
            return []
        rows = []
        for line in text.splitlines():
            try:
                row = json.loads(line)
                int(row["input_tokens"]), int(row["output_tokens"]), str(row["day"])
            except (ValueError, KeyError, TypeError):
                continue  # a line that was cut when the disk was full
            rows.append(row)
        return rows

    def _append(self, line: str) -> None:
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT
        handle = os.open(self._path, flags, _PRIVATE)
        try:
            os.write(handle, line.encode())
            size = os.fstat(handle).st_size
        finally:
            os.close(handle)
        if size > MAX_BYTES:
            self._shorten()

    def _shorten(self) -> None:
        rows = self._rows()
        days = sorted({str(row["day"]) for row in rows})[-KEPT_DAYS:]
        kept = [json.dumps(row) + "\n" for row in rows if str(row["day"]) in days]
        fresh = self._path.with_suffix(".new")
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _PRIVATE)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.writelines(kept[-MAX_BYTES // 200 :])
        fresh.replace(self._path)
