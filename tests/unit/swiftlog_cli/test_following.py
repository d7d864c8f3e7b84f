"""`logs -f` and `watch` on this machine, while a recorder writes."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest

from swiftlog_cli import runlogs
from swiftlog_cli.runlogs import RunLog, followed
from swiftlog_core.errors import ServerUnreachableError
from swiftlog_core.events import (
    FAILED,
    STDERR,
    STDOUT,
    ExitStatus,
    Frame,
    Receipt,
    RunInfo,
)
from swiftlog_core.library.locks import RunLock
from swiftlog_core.stream.frame import Framer, Sealer
from swiftlog_core.stream.layout import empty_position
from swiftlog_core.stream.spool import Spool, SpoolClosing
from tests.unit.swiftlog_cli.recording import new_run_id


class LiveRun:
    """A run whose recorder this test is: it holds the lock and commits frames."""

    def __init__(self, data_dir: Path) -> None:
        self.run_id = new_run_id(1)
        path = data_dir / "runs" / f"{self.run_id}.slog"
        self.lock = RunLock.take(path)
        info = RunInfo(self.run_id, "p", "g", ("make",), "/", 1_760_000_000_000_000_000)
        self.spool = Spool.create(path, info)
        self._end = empty_position(self.run_id)
        self._framer, self._sealer = Framer(self._end), Sealer(self._end.chain)

    def print(self, stream: int, data: bytes) -> None:
        drafts = [*self._framer.add(stream, 0, data), *self._framer.take(0, final=True)]
        for draft in drafts:
            frame, self._end = self._sealer.seal(draft)
            self.spool.append([(frame, self._end)], (0, 0))

    def close(self, exit_code: int) -> None:
        end, digest = self._end, self._sealer.stream_digest
        receipt = Receipt(
            self.run_id, end.size, end.lines, end.seq, end.chain, digest(1), digest(2)
        )
        self.spool.set_closing(SpoolClosing(ExitStatus(FAILED, exit_code), receipt))

    def die(self) -> None:
        self.spool.close()
        self.lock.release()


@pytest.fixture
def live(data_dir: Path) -> Iterator[LiveRun]:
    run = LiveRun(data_dir)
    yield run
    run.die()


@pytest.fixture
def follow(data_dir: Path) -> Iterator[subprocess.Popen[bytes]]:
    assert data_dir.is_dir()
    process = subprocess.Popen(
        [sys.executable, "-m", "swiftlog_cli", "watch", "last"],
        bufsize=0,  # or a read before `communicate` takes bytes from it
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    yield process
    process.kill()
    process.communicate()


def read(process: subprocess.Popen[bytes], size: int) -> bytes:
    assert process.stdout is not None
    data = b""
    while len(data) < size and (part := process.stdout.read(size - len(data))):
        data += part
    return data


def test_watch_passes_on_what_comes_and_ends_with_the_runs_code(
    live: LiveRun, follow: subprocess.Popen[bytes]
) -> None:
    live.print(STDOUT, b"first\n")
    assert read(follow, 6) == b"first\n"
    live.print(STDOUT, b"Password: ")
    assert read(follow, 10) == b"Password: "
    live.print(STDERR, b"no\n")
    live.close(7)
    out, err = follow.communicate(timeout=60)
    assert (out, follow.returncode) == (b"no\n", 7)
    assert b"failed, exit 7" in err


def test_watch_of_a_run_whose_recorder_dies_is_75(
    live: LiveRun, follow: subprocess.Popen[bytes]
) -> None:
    live.print(STDOUT, b"first\n")
    assert read(follow, 6) == b"first\n"
    live.die()
    _, err = follow.communicate(timeout=60)
    assert follow.returncode == 75
    assert b"lost" in err


class AwayServer:
    """Stands for a server's log: away at the start of every second question."""

    poll_seconds = 0.0

    def __init__(self, frames: list[Frame], *, comes_back: bool) -> None:
        self._frames = frames
        self._comes_back = comes_back
        self._asked = 0

    def has_ended(self) -> bool:
        self._asked += 1
        if not self._comes_back or self._asked % 2:
            raise ServerUnreachableError("box:1", "connection refused")
        return self._asked > 6

    def frames(self, after_seq: int = 0) -> Iterator[Frame]:
        for frame in self._frames[after_seq : after_seq + 2]:
            yield frame
            if frame.seq == 1:
                raise ServerUnreachableError("box:1", "cut in the middle")


FRAMES = [Frame(seq, seq, 1, 1, 1, b"", b"", 0, 0) for seq in range(1, 6)]


def test_a_server_that_comes_back_is_waited_for_and_nothing_is_told_twice(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(runlogs, "RETRY_SECONDS", 0.0)
    log = cast("RunLog", AwayServer(FRAMES, comes_back=True))
    assert [frame.seq for frame in followed(log, 0)] == [1, 2, 3, 4, 5]


def test_a_server_that_stays_away_is_an_error_in_the_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(runlogs, "RETRY_SECONDS", 0.0)
    monkeypatch.setattr(runlogs, "PATIENCE_SECONDS", 0.05)
    log = cast("RunLog", AwayServer(FRAMES, comes_back=False))
    with pytest.raises(ServerUnreachableError):
        list(followed(log, 0))
