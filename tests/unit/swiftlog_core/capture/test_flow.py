"""A slow output stops its own stream only; a gone one ends it."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

import pytest

from swiftlog_core.capture.flow import READ_SIZE, Flow
from swiftlog_core.capture.outbox import Outbox
from swiftlog_core.capture.plumbing import Plumbing, Stream
from swiftlog_core.capture.sink import Sink
from swiftlog_core.capture.watch import Watch

if TYPE_CHECKING:
    from collections.abc import Iterator


class Pipes:
    """Two streams between pipes: what a command writes and what our reader sees."""

    def __init__(self) -> None:
        self.plumbing = Plumbing(frozenset(), merge=False)
        self.writers: list[int] = []
        self.readers: list[int] = []
        self.ended: list[bool] = []
        for label in (1, 2):
            near, far = os.pipe()
            reader, writer = os.pipe()
            stream = Stream(near, label, Sink(writer), "", is_terminal=label == 2)
            self.plumbing.streams.append(stream)
            self.writers.append(far)
            self.readers.append(reader)
        self.flow = Flow(
            self.plumbing,
            Outbox(None, 0),
            self.watch,
            time.monotonic_ns(),
            self.ended.append,
        )

    watch = Watch()

    def turn(self) -> None:
        self.flow.arrange()
        self.watch.turn(0.02)


@pytest.fixture
def pipes() -> Iterator[Pipes]:
    Pipes.watch = Watch()
    made = Pipes()
    sinks = [stream.sink.fd for stream in made.plumbing.streams]
    yield made
    made.flow.drop_all()
    for fd in (*made.writers, *made.readers, *sinks):
        try:
            os.close(fd)
        except OSError:
            continue


def test_bytes_go_to_the_output_of_their_stream(pipes: Pipes) -> None:
    os.write(pipes.writers[0], b"out")
    os.write(pipes.writers[1], b"err")
    pipes.turn()
    assert [os.read(fd, 99) for fd in pipes.readers] == [b"out", b"err"]
    assert pipes.flow.passed == (3, 3)


def test_a_blocked_output_stops_its_stream_and_not_the_other(pipes: Pipes) -> None:
    os.set_blocking(pipes.writers[0], False)
    written = 0
    while True:
        try:
            written += os.write(pipes.writers[0], b"x" * 9999)
        except BlockingIOError:
            if pipes.flow.blocked:
                break
        pipes.turn()
    assert pipes.flow.held_back
    os.write(pipes.writers[1], b"heard")
    pipes.turn()
    assert os.read(pipes.readers[1], 99) == b"heard"
    os.close(pipes.writers[0])
    seen = 0
    while seen < written:
        seen += len(os.read(pipes.readers[0], 1 << 20))
        pipes.turn()
    assert seen == written
    assert pipes.flow.undelivered == 0


def test_an_output_that_nobody_reads_ends_the_stream_even_in_silence(
    pipes: Pipes,
) -> None:
    os.close(pipes.readers[1])
    pipes.turn()
    assert pipes.ended == [True]
    assert [stream.label for stream in pipes.plumbing.streams] == [1]
    with pytest.raises(BrokenPipeError):
        os.write(pipes.writers[1], b"x")


def test_the_end_of_all_streams_closes_the_flow(pipes: Pipes) -> None:
    for fd in pipes.writers:
        os.close(fd)
    pipes.turn()
    assert not pipes.flow.open
    assert pipes.ended == [False]


def test_only_a_stream_that_is_busy_alone_is_given_a_moment(
    pipes: Pipes, monkeypatch: pytest.MonkeyPatch
) -> None:
    naps: list[float] = []
    monkeypatch.setattr(time, "sleep", naps.append)
    for fds in ([0, 1] * 30, [0] * 30):
        for index in fds:
            os.write(pipes.writers[index], b"line\n")
            pipes.turn()
            pipes.flow.breathe()
            os.read(pipes.readers[index], READ_SIZE)
        if fds[:2] == [0, 1]:
            assert naps == []
    assert len(naps) <= 30
