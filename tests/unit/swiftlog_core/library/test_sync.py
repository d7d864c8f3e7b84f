"""Sync: what earlier runs left is delivered, each exactly once, whatever the others."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from swiftlog_core.library.index import look_at, spools_in
from swiftlog_core.library.locks import RunLock
from swiftlog_core.library.run_id import new_run_id
from swiftlog_core.library.sync import BUSY, FAILED, SEALED, SENT, Sync
from swiftlog_core.transport.delivery import Pace
from tests.unit.swiftlog_core.transport.ingest_server import IngestServer
from tests.unit.swiftlog_core.transport.recording import Recording, run_info

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def server() -> Iterator[IngestServer]:
    with IngestServer() as server:
        yield server


def recorded(folder: Path, frames: int = 3, *, ended: bool = True) -> Recording:
    info = run_info(new_run_id())
    recording = Recording(folder / f"{info.run_id}.slog", info)
    for _ in range(frames):
        recording.lines()
    if ended:
        recording.closing()
    recording.crash()
    return recording


def test_every_undelivered_run_is_delivered_and_sealed(
    tmp_path: Path, server: IngestServer
) -> None:
    runs = [recorded(tmp_path), recorded(tmp_path, 0), recorded(tmp_path, ended=False)]
    results = [*Sync(server.address()).round(spools_in([tmp_path]))]
    assert [result.outcome for result in results] == [SENT] * 3
    assert {result.url for result in results} == {"http://ui/run"}
    for run in runs:
        assert server.ledger.runs[run.info.run_id].frames == run.frames
        found = look_at(run.path)
        assert found is not None
        assert found.delivered
    assert {path.suffix for path in tmp_path.iterdir()} == {".slog", ".lock"}


def test_a_dead_run_is_closed_as_lost_with_its_cause(
    tmp_path: Path, server: IngestServer
) -> None:
    run = recorded(tmp_path, ended=False)
    (result,) = Sync(server.address()).round(spools_in([tmp_path]))
    closing = server.ledger.runs[run.info.run_id].closing
    assert closing is not None
    assert (closing.exit.status, closing.exit.exit_code) == ("lost", None)
    assert result.lost_cause == closing.exit.cause == "unknown"


def test_a_second_round_has_nothing_to_do(tmp_path: Path, server: IngestServer) -> None:
    recorded(tmp_path)
    sync = Sync(server.address())
    assert [*sync.round(spools_in([tmp_path]))]
    assert not [*sync.round(spools_in([tmp_path]))]


def test_a_damaged_run_does_not_keep_the_others(
    tmp_path: Path, server: IngestServer
) -> None:
    (tmp_path / "0000-damaged.slog").write_bytes(b"junk" * 1000)
    recorded(tmp_path)
    outcomes = [r.outcome for r in Sync(server.address()).round(spools_in([tmp_path]))]
    assert outcomes == [FAILED, SENT]


@pytest.mark.parametrize("ended", [True, False])
def test_what_is_good_before_the_damage_is_delivered(
    tmp_path: Path, server: IngestServer, ended: bool
) -> None:
    info = run_info(new_run_id())
    run = Recording(tmp_path / f"{info.run_id}.slog", info)
    for _ in range(20):
        run.lines(10, pad=2000)
    if ended:
        run.closing()
    run.spool.seal()
    run.spool.close()
    data = bytearray(run.path.read_bytes())
    data[len(data) // 2 : len(data) // 2 + 20_000] = b"\xff" * 20_000
    run.path.write_bytes(data)
    (result,) = Sync(server.address()).round(spools_in([tmp_path]))
    stored = server.ledger.runs[info.run_id].frames
    assert 0 < len(stored) < 20
    assert stored == run.frames[: len(stored)]
    assert result.outcome == FAILED
    assert f"readable up to frame {len(stored)}" in result.reason


def test_a_run_that_still_runs_is_left_alone(
    tmp_path: Path, server: IngestServer
) -> None:
    living, ended = recorded(tmp_path, ended=False), recorded(tmp_path)
    with RunLock.take(living.path), RunLock.take(ended.path):
        results = [*Sync(server.address()).round(spools_in([tmp_path]))]
    assert [result.outcome for result in results] == [BUSY, BUSY]
    assert not server.ledger.runs


def test_without_a_server_runs_are_mended_and_sealed(tmp_path: Path) -> None:
    run = recorded(tmp_path, ended=False)
    (result,) = Sync(None).round(spools_in([tmp_path]))
    assert result.outcome == SEALED
    found = look_at(run.path)
    assert found is not None
    assert found.status == "lost"
    assert not found.delivered


def test_a_server_that_is_not_there_is_asked_once(tmp_path: Path) -> None:
    with IngestServer() as gone:
        address = gone.address()
    recorded(tmp_path)
    recorded(tmp_path)
    results = [*Sync(address, pace=Pace(reach=0.1)).round(spools_in([tmp_path]))]
    assert [result.outcome for result in results] == [FAILED, FAILED]
    assert "cannot reach" in results[1].reason


def test_what_the_server_has_beyond_the_spool_is_fetched(
    tmp_path: Path, server: IngestServer
) -> None:
    whole = recorded(tmp_path, 5, ended=False)
    opened = server.ledger.open(whole.info)
    for frame in whole.frames:
        server.ledger.take(whole.info.run_id, opened.epoch, frame)
    whole.path.unlink()
    short = Recording(whole.path, whole.info)
    short.lines()
    short.crash()
    (result,) = Sync(server.address()).round(spools_in([tmp_path]))
    assert result.outcome == SENT
    found = look_at(whole.path)
    assert found is not None
    assert found.closing is not None
    assert found.closing.receipt.chain == whole.position.chain


def test_sealing_folds_delivered_runs_too(tmp_path: Path, server: IngestServer) -> None:
    run = recorded(tmp_path)
    sync = Sync(server.address())
    assert [*sync.round(spools_in([tmp_path]))]
    (result,) = sync.round(spools_in([tmp_path]), seal=True)
    assert result.outcome == SENT
    assert server.ledger.runs[run.info.run_id].sent == [1, 2, 3]


def test_a_stop_ends_the_round(tmp_path: Path, server: IngestServer) -> None:
    recorded(tmp_path)
    stop = threading.Event()
    stop.set()
    assert not [*Sync(server.address(), stop=stop).round(spools_in([tmp_path]))]
