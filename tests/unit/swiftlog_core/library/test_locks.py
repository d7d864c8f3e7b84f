"""Locks: one holder, dropped by the kernel when it dies, never disturbed by a look."""

from __future__ import annotations

import os
import signal
import threading
from typing import TYPE_CHECKING

import pytest

from swiftlog_core.errors import SpoolBusyError, SpoolUnwritableError
from swiftlog_core.library.locks import (
    SUCCESSION_SECONDS,
    WAIT_SECONDS,
    RunLock,
    is_locked,
)

if TYPE_CHECKING:
    from pathlib import Path


def test_a_lock_has_one_holder(tmp_path: Path) -> None:
    spool = tmp_path / "run.slog"
    with RunLock.take(spool):
        assert is_locked(spool)
        with pytest.raises(SpoolBusyError):
            RunLock.take(spool, wait_seconds=0)
    assert not is_locked(spool)
    RunLock.take(spool).release()


def test_a_run_that_never_was_locked_is_not(tmp_path: Path) -> None:
    assert not is_locked(tmp_path / "run.slog")
    assert not (tmp_path / "run.lock").exists()


def test_what_the_lock_file_holds_stays(tmp_path: Path) -> None:
    (tmp_path / "run.lock").write_text("last words")
    RunLock.take(tmp_path / "run.slog").release()
    assert (tmp_path / "run.lock").read_text() == "last words"


def test_a_killed_holder_holds_nothing(tmp_path: Path) -> None:
    spool = tmp_path / "run.slog"
    ready, done = os.pipe()
    pid = os.fork()
    if not pid:
        RunLock.take(spool)
        os.write(done, b"x")
        signal.pause()
        os._exit(0)
    assert os.read(ready, 1) == b"x"
    assert is_locked(spool)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    os.close(ready)
    os.close(done)
    assert not is_locked(spool)


def test_a_lock_file_replaced_meanwhile_is_not_taken_for_it(tmp_path: Path) -> None:
    spool = tmp_path / "run.slog"
    first = RunLock.take(spool)
    (tmp_path / "run.lock").unlink()  # pruned by its holder
    second = RunLock.take(spool)
    assert is_locked(spool)
    first.release()
    assert is_locked(spool)
    second.release()


def test_a_folder_without_the_right_to_write_is_named(tmp_path: Path) -> None:
    with pytest.raises(SpoolUnwritableError, match="none"):
        RunLock.take(tmp_path / "none" / "run.slog")


def test_a_successor_waits_for_a_holder_that_is_about_to_end(tmp_path: Path) -> None:
    spool = tmp_path / "run.slog"
    first = RunLock.take(spool)
    letting_go = threading.Timer(WAIT_SECONDS * 2, first.release)
    letting_go.start()
    RunLock.take(spool, wait_seconds=SUCCESSION_SECONDS).release()
    letting_go.join()
