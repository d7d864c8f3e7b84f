"""From a wait status to the words of the house."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING, cast

import pytest

from swiftlog_core import events
from swiftlog_core.capture.spec import CaptureSpec
from swiftlog_core.capture.stopper import Stopper
from swiftlog_core.capture.verdict import judge

if TYPE_CHECKING:
    from swiftlog_core.capture.command import Command


class Ended:
    """The part of a command that a verdict looks at."""

    def __init__(self, status: int) -> None:
        self.status = status
        self.failure = None


def _judge(
    status: int, *, term: bool = False, timeout: bool = False
) -> tuple[object, ...]:
    spec = CaptureSpec(["x"], {}, timeout_seconds=1)
    stopper = Stopper(spec, 0.0, lambda _: 0, lambda _: None)
    if term:
        stopper.on_request(signal.SIGTERM, 0.0, shared=False)
    if timeout:
        stopper.act(1.0)
    result = judge(cast("Command", Ended(status)), stopper, 2.0)
    assert result.status in events.STATUSES
    assert result.cause in ("", *events.CAUSES)
    return result.status, result.exit_code, result.signal, result.cause


@pytest.mark.parametrize(
    ("status", "verdict"),
    [
        (0, ("success", 0, 0, "")),
        (3 << 8, ("failed", 3, 0, "")),
        (15, ("failed", 143, 15, "")),
        (11 | 128, ("failed", 139, 11, "")),
    ],
)
def test_an_end_by_itself_is_a_success_or_a_failure(
    status: int, verdict: tuple[object, ...]
) -> None:
    assert _judge(status) == verdict


def test_an_end_on_request_is_cancelled_whatever_its_code() -> None:
    assert _judge(0, term=True) == ("cancelled", 0, 0, "cancelled")
    assert _judge(15, term=True) == ("cancelled", 143, 15, "cancelled")


def test_a_time_limit_fails_with_124_even_if_the_command_ends_well() -> None:
    assert _judge(0, timeout=True) == ("failed", 124, 0, "timeout")
    assert _judge(9, timeout=True) == ("failed", 124, 9, "timeout")
