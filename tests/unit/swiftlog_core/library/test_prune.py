"""Retention: delivered runs for a while, undelivered ones for ever."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from swiftlog_core.library import prune as pruning
from swiftlog_core.library.locks import RunLock
from swiftlog_core.library.prune import prune
from swiftlog_core.library.run_id import new_run_id
from tests.unit.swiftlog_core.transport.recording import Recording, run_info

if TYPE_CHECKING:
    from pathlib import Path

NOW = 1_764_000_000.0
DAY = 86_400.0


def recorded(folder: Path, age_days: float, *, delivered: bool = True) -> Path:
    info = run_info(new_run_id(int((NOW - age_days * DAY) * 1e9)))
    recording = Recording(folder / f"{info.run_id}.slog", info)
    recording.lines(10, pad=500)
    recording.closing()
    if delivered:
        recording.spool.set_acknowledged("prod", "")
    recording.spool.seal()
    recording.spool.close()
    os.utime(recording.path, (NOW - age_days * DAY,) * 2)
    return recording.path


def test_delivered_runs_go_after_a_week(tmp_path: Path) -> None:
    old, young = recorded(tmp_path, 8), recorded(tmp_path, 6)
    pruned = prune([tmp_path], NOW)
    assert [run.path for run in pruned.removed] == [old]
    assert [*tmp_path.iterdir()] == [young]
    assert pruned.freed > 0
    assert pruned.delivered_left == young.stat().st_size


def test_beyond_the_limit_the_oldest_delivered_go(tmp_path: Path) -> None:
    paths = [recorded(tmp_path, age) for age in (3, 2, 1)]
    limit = 2 * paths[0].stat().st_size + 1000
    pruned = prune([tmp_path], NOW, keep_bytes=limit)
    assert [run.path for run in pruned.removed] == [paths[0]]


def test_undelivered_runs_stay_for_ever(tmp_path: Path) -> None:
    path = recorded(tmp_path, 900, delivered=False)
    pruned = prune([tmp_path], NOW, keep_bytes=0)
    assert not pruned.removed
    assert path.exists()
    assert pruned.undelivered_left == path.stat().st_size


def test_a_dry_run_removes_nothing_and_tells_what_it_would(tmp_path: Path) -> None:
    path = recorded(tmp_path, 8)
    assert [run.path for run in prune([tmp_path], NOW, dry_run=True).removed] == [path]
    assert path.exists()


def test_a_run_in_use_is_not_touched(tmp_path: Path) -> None:
    path = recorded(tmp_path, 8)
    with RunLock.take(path):
        assert not prune([tmp_path], NOW).removed
    assert path.exists()
    assert prune([tmp_path], NOW).removed
    assert not [*tmp_path.iterdir()]


def test_much_that_is_undelivered_is_warned_about(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorded(tmp_path, 1, delivered=False)
    assert not prune([tmp_path], NOW).warning
    monkeypatch.setattr(pruning, "WARN_BYTES", 1000)
    assert "swiftlog sync" in prune([tmp_path], NOW).warning
