"""Our own output, of every kind, never blocks the pump and is never changed."""

from __future__ import annotations

import os
import pty
import socket
from typing import TYPE_CHECKING

from swiftlog_core.capture.sink import Sink

if TYPE_CHECKING:
    from pathlib import Path

BIG = memoryview(b"x" * 500_000)


def _drain(fd: int, sink: Sink) -> int:
    size = 0
    while sink.blocked:
        size += len(os.read(fd, 1 << 20))
        sink.flush()
    return size


def test_a_full_pipe_blocks_the_sink_and_not_us_nor_those_who_share_it() -> None:
    reader, writer = os.pipe()
    sink = Sink(writer)
    sink.put(BIG)
    assert sink.blocked
    assert os.get_blocking(writer)
    size = _drain(reader, sink)
    assert sink.poll_fd not in (-1, writer)
    sink.close()
    os.close(writer)
    while data := os.read(reader, 1 << 20):
        size += len(data)
    assert size == len(BIG)
    os.close(reader)


def test_what_is_kept_is_a_copy() -> None:
    reader, writer = os.pipe()
    sink = Sink(writer)
    data = bytearray(b"a" * 100_000)
    sink.put(memoryview(data))
    data[:] = b"b" * len(data)
    got = b""
    while sink.blocked:
        got += os.read(reader, 1 << 16)
        sink.flush()
    sink.close()
    os.close(writer)
    while more := os.read(reader, 1 << 16):
        got += more
    assert got == b"a" * 100_000
    os.close(reader)


def test_a_reader_that_has_gone_is_noticed() -> None:
    reader, writer = os.pipe()
    sink = Sink(writer)
    os.close(reader)
    sink.put(BIG)
    assert (sink.gone, sink.blocked, sink.undelivered) == (True, False, len(BIG))
    sink.close()
    os.close(writer)


def test_a_terminal_that_is_not_read_blocks_only_the_sink() -> None:
    master, slave = pty.openpty()
    sink = Sink(slave)
    sink.put(BIG)
    assert sink.is_terminal
    assert sink.blocked
    assert os.get_blocking(slave)
    sink.fail_from_now_on()
    sink.put(memoryview(b"more"))
    assert sink.undelivered > 4
    assert not sink._pending
    sink.close()
    os.close(master)
    os.close(slave)


def test_a_socket_stays_blocking_for_others() -> None:
    ours, theirs = socket.socketpair()
    sink = Sink(ours.fileno())
    sink.put(memoryview(b"x" * 5_000_000))
    assert sink.blocked
    assert os.get_blocking(ours.fileno())
    _drain(theirs.fileno(), sink)
    theirs.close()
    sink.put(BIG)
    assert sink.gone
    sink.close()
    ours.close()


def test_a_file_takes_everything_at_its_shared_position(tmp_path: Path) -> None:
    path = tmp_path / "out"
    with path.open("wb") as stream:
        stream.write(b"before ")
        stream.flush()
        sink = Sink(stream.fileno())
        sink.put(BIG)
        assert (sink.blocked, sink.poll_fd) == (False, -1)
        sink.close()
        stream.write(b" after")
    assert path.read_bytes() == b"before " + bytes(BIG) + b" after"


def test_a_full_device_is_counted_and_not_taken_for_a_reader_that_left() -> None:
    fd = os.open("/dev/full", os.O_WRONLY)
    sink = Sink(fd)
    sink.put(memoryview(b"words"))
    assert (sink.gone, sink.undelivered) == (False, 5)
    sink.close()
    os.close(fd)
