"""When which signal is sent, and when an end counts as cancelled; on a told clock."""

from __future__ import annotations

import signal

import pytest

from swiftlog_core.capture.spec import CaptureSpec
from swiftlog_core.capture.stopper import Stopper

TERM, INT, HUP, KILL = signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGKILL


class Family:
    """Stands for the processes: notes what they are sent."""

    def __init__(self, alive: int = 1) -> None:
        self.alive = alive
        self.swept: list[int] = []
        self.spread: list[int] = []

    def sweep(self, number: int) -> int:
        if number:
            self.swept.append(number)
        if number == KILL:
            self.alive = 0
        return self.alive


def stopper(family: Family, **options: float) -> Stopper:
    spec = CaptureSpec(["x"], {}, **options)  # type: ignore[arg-type]  # floats are
    return Stopper(spec, 100.0, family.sweep, family.spread.append)


def test_term_is_spread_after_half_a_second_and_kills_after_the_grace() -> None:
    family = Family()
    stop = stopper(family)
    stop.on_request(TERM, 100.0, shared=False)
    assert stop.deadline() == 100.5
    stop.act(100.5)
    assert family.spread == [TERM]
    assert stop.deadline() == 110.0
    stop.act(109.9)
    assert family.swept == []
    stop.act(110.0)
    assert family.swept == [KILL]


@pytest.mark.parametrize("number", [INT, HUP])
def test_int_and_hup_never_kill(number: int) -> None:
    family = Family()
    stop = stopper(family)
    stop.on_request(number, 100.0, shared=False)
    for second in range(1, 60):
        stop.act(100.0 + second)
    assert family.swept == []
    assert family.spread == ([INT] if number == INT else [])
    assert stop.deadline() is None


def test_ctrl_c_that_everybody_got_is_not_spread() -> None:
    family = Family()
    stop = stopper(family)
    stop.on_request(INT, 100.0, shared=True)
    assert stop.deadline() is None


def test_a_timeout_ends_the_family_by_term_and_then_kill() -> None:
    family = Family()
    stop = stopper(family, timeout_seconds=5, grace_seconds=2)
    stop.act(104.9)
    assert family.swept == []
    stop.act(105.0)
    assert (family.swept, stop.cause) == ([TERM, signal.SIGCONT], "timeout")
    stop.act(107.0)
    assert family.swept[-1] == KILL


def test_output_puts_off_the_idle_limit() -> None:
    family = Family()
    stop = stopper(family, idle_seconds=3)
    stop.on_output(102.0)
    assert stop.deadline() == 105.0
    stop.act(104.0)
    assert stop.cause == ""
    stop.act(105.0)
    assert stop.cause == "idle"


def test_what_a_cancelled_command_leaves_is_swept_until_nothing_lives() -> None:
    family = Family(alive=2)
    stop = stopper(family, grace_seconds=1)
    stop.on_request(TERM, 100.0, shared=False)
    assert stop.on_end(TERM, 143, 100.2)
    assert family.swept == [TERM, signal.SIGCONT]
    assert stop.sweeping
    stop.act(100.3)
    assert family.swept == [TERM, signal.SIGCONT]
    stop.act(101.3)
    assert family.swept[-1] == KILL
    assert stop.deadline() is None


def test_a_normal_end_sweeps_nothing() -> None:
    family = Family(alive=3)
    stop = stopper(family)
    assert not stop.on_end(0, 0, 101.0)
    assert (family.swept, stop.sweeping) == ([], False)


@pytest.mark.parametrize(
    ("number", "killed_by", "code", "after", "cancelled"),
    [
        (TERM, 0, 0, 9000.0, True),  # it was asked for good
        (INT, INT, 130, 9000.0, True),  # it names the signal
        (INT, 0, 130, 9000.0, True),  # as a shell reports it
        (INT, 0, 1, 3.0, True),  # soon after
        (INT, 0, 0, 9000.0, False),  # an interpreter that went on
        (HUP, 0, 0, 9000.0, False),  # a daemon that reloaded
    ],
)
def test_an_end_is_cancelled_when_it_follows_the_request(
    number: int, killed_by: int, code: int, after: float, cancelled: bool
) -> None:
    stop = stopper(Family(alive=0))
    stop.on_request(number, 100.0, shared=False)
    assert stop.on_end(killed_by, code, 100.0 + after) is cancelled


def test_ctrl_c_on_its_own_terminal_cancels_only_what_dies_of_it() -> None:
    for code, cancelled in ((0, False), (130, True)):
        stop = stopper(Family(alive=0))
        stop.on_typed_interrupt()
        assert stop.on_end(0, code, 101.0) is cancelled
