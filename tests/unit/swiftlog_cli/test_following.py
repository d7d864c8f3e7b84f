"""`logs -f` and `watch` on this machine, while a recorder writes."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from swiftlog_core.events import (
    FAILED,
    STDERR,
    STDOUT,
    ExitStatus,
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
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    yield process
    process.kill()
    process.communicate()


def read(process: subprocess.Popen[bytes], size: int) -> bytes:
    assert process.stdout is not None
    return process.stdout.read(size)


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
