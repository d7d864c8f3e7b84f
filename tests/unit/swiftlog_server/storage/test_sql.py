"""The SQL log store keeps frames as they came."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from swiftlog_server.bus.memory import MemoryEventBus
from swiftlog_server.runs.commands import OpenCommand
from swiftlog_server.runs.ingest import IngestService
from swiftlog_server.storage import sql
from swiftlog_server.storage.interfaces import StoredFrame
from swiftlog_server.storage.sql import SqlLogStore
from tests.unit.swiftlog_server.recording import Recording, numbered

if TYPE_CHECKING:
    from swiftlog_server.accounts.interfaces import Principal
    from swiftlog_server.db.engine import Database


@pytest.fixture
def run(database: Database, admin: Principal) -> Recording:
    """Return a run of 20 frames whose row is there."""
    run = numbered(20)
    service = IngestService(database, SqlLogStore(database), MemoryEventBus(), "s")
    service.commit([OpenCommand(admin, run.info())])
    return run


def store_of(database: Database, run: Recording) -> SqlLogStore:
    store = SqlLogStore(database)
    with database.write_connection() as connection:
        frames = [StoredFrame(run.run_id, frame) for frame in run.frames]
        assert store.append(connection, frames) == len(frames)
    return store


def test_frames_come_back_as_they_were(database: Database, run: Recording) -> None:
    store = store_of(database, run)
    assert list(store.frames(run.run_id)) == run.frames
    assert list(store.frames(run.run_id, after_seq=15)) == run.frames[15:]
    assert list(store.frames(run.run_id, max_bytes=1)) == run.frames[:1]
    assert store.frames_before(run.run_id, 10, 3) == run.frames[6:9]
    assert list(store.frames("another")) == []


def test_pages_leave_no_seam(
    database: Database, run: Recording, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sql, "_FIRST_PAGE", 3)
    monkeypatch.setattr(sql, "_PAGE_FRAMES", 4)
    assert list(store_of(database, run).frames(run.run_id)) == run.frames


def test_a_number_that_is_taken_is_never_overwritten(
    database: Database, run: Recording
) -> None:
    store = store_of(database, run)
    other = run.frames[4]._replace(payload=b"other", digest=b"\1" * 32)
    with database.write_connection() as connection:
        assert store.append(connection, [StoredFrame(run.run_id, other)]) == 0
        digests = store.digests(connection, run.run_id, [5, 6, 99])
    assert digests == {5: run.frames[4].digest, 6: run.frames[5].digest}


def test_the_frame_of_a_line_is_the_last_that_begins_at_or_before_it(
    database: Database, run: Recording
) -> None:
    store = store_of(database, run)
    assert [store.frame_of_line(run.run_id, n) for n in (1, 7, 20, 99)] == [
        1,
        7,
        20,
        20,
    ]
    assert store.frame_of_line("another", 1) == 0


def test_links_tell_the_chain_without_payloads(
    database: Database, run: Recording
) -> None:
    links = store_of(database, run).chain(run.run_id, after_seq=2, limit=3)
    assert [(link.seq, link.first_line) for link in links] == [(3, 3), (4, 4), (5, 5)]
    assert links[0].digest == run.frames[2].digest


def test_deleting_takes_all_frames_of_one_run(
    database: Database, run: Recording, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sql, "_DELETE_FRAMES", 7)
    store = store_of(database, run)
    store.delete(run.run_id)
    assert list(store.frames(run.run_id)) == []
