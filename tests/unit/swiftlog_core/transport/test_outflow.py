"""The outflow: in order, within its window, and never stuck."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from swiftlog_core.errors import SpoolCorruptError
from swiftlog_core.transport.outflow import BATCH_BYTES, WINDOW_FRAMES, Outflow
from tests.unit.swiftlog_core.transport.recording import Recording

if TYPE_CHECKING:
    from pathlib import Path

    from swiftlog_core.events import Frame


@pytest.fixture
def recording(tmp_path: Path) -> Recording:
    return Recording(tmp_path / "run.slog")


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def outflow_of(
    path: Path, after_seq: int = 0, *, clock: Clock | None = None, ack: float = 1e6
) -> Outflow:
    return Outflow(
        path,
        after_seq,
        heartbeat_seconds=10 if clock else 1e6,
        ack_seconds=ack,
        on_stall=lambda: None,
        clock=clock or Clock(),
    )


def drain(outflow: Outflow, last: int) -> list[Frame]:
    outflow.end(last)
    frames: list[Frame] = []
    while (batch := outflow.take()) is not None:
        frames += batch
        if batch:
            outflow.acknowledge(batch[-1].seq)
    return frames


def test_frames_come_in_order_from_where_the_server_is(recording: Recording) -> None:
    for _ in range(50):
        recording.lines()
    assert drain(outflow_of(recording.path), 50) == recording.frames
    assert drain(outflow_of(recording.path, 30), 50) == recording.frames[30:]


def test_no_more_than_the_window_is_on_its_way(recording: Recording) -> None:
    for _ in range(WINDOW_FRAMES + 20):
        recording.lines(1)
    clock = Clock()
    outflow = outflow_of(recording.path, clock=clock)
    taken: list[Frame] = []
    while len(taken) < WINDOW_FRAMES:
        taken += outflow.take() or []
    clock.now += 10
    assert outflow.take() == []
    outflow.acknowledge(1)
    assert outflow.take()
    outflow.cancel()


def test_a_batch_is_bounded_in_bytes(recording: Recording) -> None:
    for _ in range(8):
        recording.lines(1, pad=120_000)
    outflow = outflow_of(recording.path)
    batch = outflow.take()
    assert batch
    assert sum(len(frame.payload) for frame in batch) < BATCH_BYTES + 256 * 1024
    outflow.cancel()


def test_a_new_frame_wakes_a_blocked_take(recording: Recording) -> None:
    outflow = outflow_of(recording.path)
    taken: list[list[Frame] | None] = []
    thread = threading.Thread(target=lambda: taken.append(outflow.take()))
    thread.start()
    recording.lines()
    outflow.notify()
    thread.join(20)
    assert taken == [recording.frames]
    outflow.cancel()


def test_a_quiet_stream_asks_for_heartbeats(recording: Recording) -> None:
    clock = Clock()
    outflow = outflow_of(recording.path, clock=clock)
    for _ in range(3):
        clock.now += 10
        assert outflow.take() == []
    outflow.cancel()


def test_frames_without_an_answer_end_the_source(recording: Recording) -> None:
    recording.lines()
    clock, stalled = Clock(), threading.Event()
    outflow = Outflow(
        recording.path,
        0,
        heartbeat_seconds=1000,
        ack_seconds=5,
        on_stall=stalled.set,
        clock=clock,
    )
    assert outflow.take()
    clock.now += 5
    assert outflow.take() is None
    assert stalled.is_set()


def test_cancelling_ends_a_blocked_take_and_frees_the_spool(
    recording: Recording,
) -> None:
    outflow = outflow_of(recording.path)
    taken: list[list[Frame] | None] = []
    thread = threading.Thread(target=lambda: taken.append(outflow.take()))
    thread.start()
    outflow.cancel()
    thread.join(20)
    assert taken == [None]
    assert outflow.take() is None
    recording.spool.seal()


def test_the_last_frame_is_waited_for_until_acknowledged(recording: Recording) -> None:
    recording.lines()
    clock = Clock()
    outflow = outflow_of(recording.path, clock=clock)
    outflow.end(1)
    assert outflow.take() == recording.frames
    clock.now += 10
    assert outflow.take() == []
    outflow.acknowledge(1)
    assert outflow.take() is None


def test_a_spool_that_vanished_ends_the_source_with_its_error(tmp_path: Path) -> None:
    outflow = outflow_of(tmp_path / "none.slog")
    assert outflow.take() is None
    assert isinstance(outflow.error, SpoolCorruptError)
