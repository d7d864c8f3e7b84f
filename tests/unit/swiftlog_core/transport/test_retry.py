"""Retrying: which errors, and after how long."""

from __future__ import annotations

import pytest

from swiftlog_core import errors
from swiftlog_core.transport.retry import Backoff, worth_another_try


@pytest.mark.parametrize(
    "error",
    [
        errors.ServerUnreachableError("host:1", "refused"),
        errors.SequenceGapError("gap", 3),
        errors.IngestError("later"),
    ],
)
def test_what_may_pass_by_itself_is_tried_again(error: Exception) -> None:
    assert worth_another_try(error)


@pytest.mark.parametrize(
    "error",
    [
        errors.ServerRefusedError("host:1", "no"),
        errors.ServerIncompatibleError("host:1", "http"),
        errors.TakenOverError("newer"),
        errors.FrameConflictError("two logs"),
        errors.CloseMismatchError("another end"),
        errors.SpoolCorruptError("run.slog", "damaged"),
        ValueError("a bug"),
    ],
)
def test_what_needs_somebody_is_not_tried_again(error: Exception) -> None:
    assert not worth_another_try(error)


def test_the_bound_doubles_up_to_the_longest() -> None:
    backoff = Backoff(lambda: 1.0, first_seconds=0.1, longest_seconds=15.0)
    delays = [backoff.delay(n) for n in (0, 1, 2, 3, 8, 9, 5000)]
    assert delays == pytest.approx([0.0, 0.1, 0.2, 0.4, 12.8, 15.0, 15.0])


def test_a_delay_is_anything_below_its_bound() -> None:
    draws = iter([0.0, 0.5])
    backoff = Backoff(lambda: next(draws), first_seconds=0.1)
    assert [backoff.delay(3), backoff.delay(3)] == pytest.approx([0.0, 0.2])
