"""What the pump owes its recorder: all bytes, or a gap that counts them exactly."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

import pytest

from swiftlog_core.capture import outbox as outbox_module
from swiftlog_core.capture.link import (
    FAILURE,
    KIND_EXIT,
    KIND_GAP,
    KIND_STDERR,
    KIND_STDOUT,
    LAST_WORD,
    LinkReader,
    StatusWriter,
    decode_gap,
)
from swiftlog_core.capture.outbox import Outbox
from swiftlog_core.capture.spec import RecorderHandle

if TYPE_CHECKING:
    from collections.abc import Iterator


class Recorders:
    """Recorders in this process: the far ends of the pipes, one pair a life."""

    def __init__(self) -> None:
        self.links: list[LinkReader] = []
        self.statuses: list[int] = []
        self.refusals = 0

    def start(self) -> RecorderHandle:
        if self.refusals:
            self.refusals -= 1
            raise ProcessLookupError
        link_r, link_w = os.pipe()
        status_r, status_w = os.pipe()
        self.links.append(LinkReader(link_r))
        self.statuses.append(status_w)
        return RecorderHandle(0, link_w, status_r)

    def acknowledge(self, out: int, err: int) -> None:
        StatusWriter(self.statuses[-1]).acknowledge(out, err)

    def die(self) -> None:
        self.links[-1].close()
        os.close(self.statuses[-1])

    def take(self, life: int = -1) -> list[tuple[int, bytes]]:
        """Read all that is in the link now."""
        got = []
        while messages := self.links[life].read(0.0):
            got += [(kind, body) for kind, _, body in messages]
        return got


@pytest.fixture
def recorders() -> Recorders:
    return Recorders()


@pytest.fixture
def box(recorders: Recorders) -> Iterator[Outbox]:
    box = Outbox(recorders.start, time.monotonic_ns())
    box.begin()
    yield box
    box.finish()
    if box.status_fd >= 0:
        os.close(box.status_fd)


def _fill(box: Outbox, stream: int = KIND_STDOUT) -> int:
    """Put bytes until the pipe is full and the queue holds some."""
    size = 0
    while not box.waiting:
        box.put(stream, 0, b"x" * 30000)
        size += 30000
    return size


def test_bytes_go_straight_through_while_there_is_room(
    box: Outbox, recorders: Recorders
) -> None:
    box.put(KIND_STDOUT, 7, b"one")
    box.put(KIND_STDERR, 8, memoryview(b"two"))
    assert not box.waiting
    assert recorders.take() == [(KIND_STDOUT, b"one"), (KIND_STDERR, b"two")]


def test_what_does_not_fit_waits_and_keeps_its_order(
    box: Outbox, recorders: Recorders
) -> None:
    size = _fill(box)
    box.put(KIND_STDERR, 1, b"after")
    got = []
    while box.waiting:
        got += recorders.take()
        box.flush()
    got += recorders.take()
    assert sum(len(body) for kind, body in got if kind == KIND_STDOUT) == size
    assert got[-1] == (KIND_STDERR, b"after")


def test_a_full_queue_stops_the_pump_and_then_lets_a_counted_gap_pass(
    box: Outbox, recorders: Recorders, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox_module, "QUEUE_LIMIT", 100_000)
    put = _fill(box)
    while not box.full:
        box.put(KIND_STDOUT, 0, b"y" * 30000)
        put += 30000
    assert box.patience_ends > time.monotonic()
    box.overflow()
    box.put(KIND_STDOUT, 0, b"z" * 12345)
    box.put(KIND_STDERR, 0, b"z" * 77)
    got = []
    while box.waiting:
        got += recorders.take()
        box.flush()
    got += recorders.take()
    gaps = [decode_gap(body) for kind, body in got if kind == KIND_GAP]
    assert [(g.stream, g.size, g.cause) for g in gaps] == [
        (KIND_STDOUT, 12345, "recorder_slow"),
        (KIND_STDERR, 77, "recorder_slow"),
    ]
    assert [g.offset for g in gaps] == [put + 12345, 77]
    assert sum(len(body) for kind, body in got if kind == KIND_STDOUT) == put
    box.put(KIND_STDOUT, 0, b"again")
    assert recorders.take() == [(KIND_STDOUT, b"again")]


def test_an_exit_comes_after_the_gaps_that_were_not_told_yet(
    box: Outbox, recorders: Recorders, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox_module, "QUEUE_LIMIT", 1)
    _fill(box)
    box.overflow()
    box.put(KIND_STDOUT, 0, b"lost")
    box.send(KIND_EXIT, 9, b"{}")
    got = []
    while box.waiting:
        got += recorders.take()
        box.flush()
    got += recorders.take()
    assert [kind for kind, _ in got][-2:] == [KIND_GAP, KIND_EXIT]


def test_a_dead_recorder_costs_exactly_what_it_had_not_acknowledged(
    box: Outbox, recorders: Recorders
) -> None:
    box.put(KIND_STDOUT, 0, b"a" * 100)
    box.put(KIND_STDERR, 0, b"b" * 50)
    recorders.acknowledge(60, 50)
    recorders.die()
    box.on_status()
    box.put(KIND_STDOUT, 0, b"more")
    box.flush()
    assert len(recorders.links) == 2
    got = recorders.take()
    assert [kind for kind, _ in got] == [KIND_GAP, KIND_STDOUT]
    gap = decode_gap(got[0][1])
    assert (gap.stream, gap.size, gap.offset) == (KIND_STDOUT, 40, 100)
    assert gap.cause == "recorder_died"
    assert box.unrecorded == 0


def test_what_was_queued_when_the_recorder_died_goes_to_the_next(
    box: Outbox, recorders: Recorders
) -> None:
    put = _fill(box)
    sent = sum(len(body) for _, body in recorders.take())
    recorders.acknowledge(sent, 0)
    recorders.die()
    box.on_status()
    got = []
    while box.waiting:
        got += recorders.take()
        box.flush()
    got += recorders.take()
    lost = sum(decode_gap(body).size for kind, body in got if kind == KIND_GAP)
    kept = sum(len(body) for kind, body in got if kind == KIND_STDOUT)
    assert sent + lost + kept == put
    assert kept >= 30000


def test_after_two_deaths_bytes_pass_unrecorded_and_are_counted(
    box: Outbox, recorders: Recorders
) -> None:
    for _ in range(2):
        recorders.die()
        box.put(KIND_STDOUT, 0, b"x" * 10)
        box.flush()
    box.put(KIND_STDOUT, 0, b"y" * 5)
    assert box.handle is None
    assert box.fd == -1
    assert box.unrecorded == 25
    assert box.failures == ["died", "died"]


def test_a_recorder_that_does_not_start_is_tried_once_more() -> None:
    recorders = Recorders()
    recorders.refusals = 1
    box = Outbox(recorders.start, 0)
    box.begin()
    assert box.handle is not None
    assert "ProcessLookupError" in box.failures[0]
    box.finish()
    os.close(box.status_fd)


def test_without_a_recorder_nothing_counts_as_unrecorded() -> None:
    box = Outbox(None, 0)
    box.begin()
    box.put(KIND_STDOUT, 0, b"x")
    assert (box.unrecorded, box.waiting, box.full) == (0, False, False)


def test_what_waits_at_the_end_becomes_a_gap_before_the_exit(
    box: Outbox, recorders: Recorders
) -> None:
    put = _fill(box)
    box.put(KIND_STDERR, 0, b"tail")
    box.send(KIND_EXIT, 9, b"{}")
    box.conclude()
    got = []
    while box.waiting:
        got += recorders.take()
        box.flush()
    got += recorders.take()
    assert got[-1][0] == KIND_EXIT
    kept = sum(len(body) for kind, body in got if kind == KIND_STDOUT)
    gaps = [decode_gap(body) for kind, body in got if kind == KIND_GAP]
    assert kept + sum(gap.size for gap in gaps) == put + len(b"tail")
    assert box.unrecorded == 0


def test_a_death_after_the_goodbye_starts_one_that_is_told_the_gap_and_the_exit(
    box: Outbox, recorders: Recorders
) -> None:
    box.put(KIND_STDOUT, 0, b"a" * 100)
    box.send(KIND_EXIT, 9, b"{}")
    box.conclude()
    recorders.acknowledge(60, 0)
    recorders.die()
    while len(recorders.links) < 2:
        assert box.linger() == []
    assert [kind for kind, _ in recorders.take()] == [KIND_GAP, KIND_EXIT]
    StatusWriter(recorders.statuses[-1]).send(LAST_WORD, b"done")
    assert box.linger() == [(LAST_WORD, b"done")]
    recorders.die()
    assert not box.lingering
    assert box.failures == ["died"]


def test_one_that_gave_up_by_itself_at_the_end_is_not_followed(
    box: Outbox, recorders: Recorders
) -> None:
    box.send(KIND_EXIT, 9, b"{}")
    box.conclude()
    StatusWriter(recorders.statuses[-1]).send(FAILURE, b"no room")
    recorders.die()
    while box.lingering:
        box.linger()
    assert len(recorders.links) == 1
    assert box.failures == ["no room", "died"]
