"""The index: each run in its state, newest first, damage included."""

from __future__ import annotations

from typing import TYPE_CHECKING

from swiftlog_core.events import FAILED, LOST, RUNNING
from swiftlog_core.library.index import (
    COMPLETE,
    DAMAGED,
    DEAD,
    local_runs,
    look_at,
    spools_in,
)
from swiftlog_core.library.locks import RunLock
from swiftlog_core.library.run_id import new_run_id
from tests.unit.swiftlog_core.transport.recording import Recording, run_info

if TYPE_CHECKING:
    from pathlib import Path


def recorded(folder: Path, at_ms: int) -> Recording:
    info = run_info(new_run_id(at_ms * 1_000_000))
    recording = Recording(folder / f"{info.run_id}.slog", info)
    recording.lines()
    return recording


def test_runs_are_listed_newest_first(tmp_path: Path) -> None:
    runs = [recorded(tmp_path, ms) for ms in (5, 900_000_000_000, 70)]
    listed = [run.run_id for run in local_runs([tmp_path])]
    assert listed == [runs[n].info.run_id for n in (1, 2, 0)]


def test_runs_of_several_folders_are_one_list(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    first, second = recorded(tmp_path / "a", 1), recorded(tmp_path / "b", 2)
    paths = spools_in([tmp_path / "a", tmp_path / "b"])
    assert paths == [second.path, first.path]


def test_a_locked_run_without_an_end_is_running(tmp_path: Path) -> None:
    recording = recorded(tmp_path, 1)
    with RunLock.take(recording.path):
        run = look_at(recording.path)
    assert run is not None
    assert (run.state, run.status, run.exit_code) == (RUNNING, RUNNING, None)
    assert run.position == recording.position


def test_an_unlocked_run_without_an_end_is_dead(tmp_path: Path) -> None:
    recording = recorded(tmp_path, 1)
    recording.crash()
    run = look_at(recording.path)
    assert run is not None
    assert (run.state, run.status) == (DEAD, LOST)


def test_a_finished_run_tells_how_it_ended_and_where_it_is(tmp_path: Path) -> None:
    recording = recorded(tmp_path, 1)
    recording.closing(3)
    recording.spool.set_durable(1)
    before = look_at(recording.path)
    recording.spool.set_acknowledged("prod", "http://ui/1")
    after = look_at(recording.path)
    assert before is not None
    assert after is not None
    assert (before.state, before.status, before.exit_code) == (COMPLETE, FAILED, 3)
    assert (before.delivered, before.durable_seq) == (False, 1)
    assert (after.delivered, after.server, after.url) == (True, "prod", "http://ui/1")
    assert after.bytes_on_disk() >= recording.path.stat().st_size


def test_a_file_that_is_no_spool_is_listed_as_damaged(tmp_path: Path) -> None:
    good = recorded(tmp_path, 1)
    (tmp_path / "ffff.slog").write_bytes(b"not a database at all" * 100)
    damaged, other = local_runs([tmp_path])
    assert damaged.state == DAMAGED
    assert "ffff.slog" in damaged.damage
    assert other.run_id == good.info.run_id


def test_an_empty_file_is_listed_as_damaged(tmp_path: Path) -> None:
    (tmp_path / "ffff.slog").touch()
    (run,) = local_runs([tmp_path])
    assert run.state == DAMAGED


def test_a_run_removed_meanwhile_is_left_out(tmp_path: Path) -> None:
    assert look_at(tmp_path / "gone.slog") is None
