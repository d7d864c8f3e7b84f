"""Heads and frames as the database has them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from swiftlog_server.bus.memory import MemoryEventBus
from swiftlog_server.live.source import StoredLogs
from swiftlog_server.runs.ingest import IngestService
from swiftlog_server.storage.sql import SqlLogStore
from tests.unit.swiftlog_server.delivery import deliver
from tests.unit.swiftlog_server.recording import Recording, numbered

if TYPE_CHECKING:
    from swiftlog_server.accounts.interfaces import Principal
    from swiftlog_server.db.engine import Database


@pytest.fixture
def runs() -> tuple[Recording, Recording]:
    return numbered(6), numbered(2)


@pytest.fixture
def logs(
    database: Database, admin: Principal, runs: tuple[Recording, Recording]
) -> StoredLogs:
    store = SqlLogStore(database)
    ingest = IngestService(database, store, MemoryEventBus(), "here")
    deliver(ingest, admin, runs[0], close=False)
    deliver(ingest, admin, runs[1])
    return StoredLogs(database, store)


def test_heads_say_where_runs_stand(
    logs: StoredLogs, runs: tuple[Recording, Recording]
) -> None:
    heads = logs.heads([run.run_id for run in runs] + ["no such run"])
    running, closed = (heads[run.run_id] for run in runs)
    assert len(heads) == 2
    assert (running.seq, running.lines, running.closed) == (6, 6, False)
    assert (closed.seq, closed.status, closed.exit_code) == (2, "success", 0)
    assert closed.closed
    assert closed.version > running.version


@pytest.mark.parametrize(
    ("line", "before"), [(1, 0), (2, 1), (6, 5), (7, 5), (1000, 5)]
)
def test_a_subscriber_begins_at_the_frame_of_its_line(
    logs: StoredLogs, runs: tuple[Recording, Recording], line: int, before: int
) -> None:
    assert logs.seq_before_line(runs[0].run_id, line) == before


def test_frames_come_in_order_and_in_bounds(
    logs: StoredLogs, runs: tuple[Recording, Recording]
) -> None:
    run = runs[0]
    assert logs.frames_after(run.run_id, 2, 10**6) == run.frames[2:]
    assert logs.frames_after(run.run_id, 2, 1) == run.frames[2:3]
    assert logs.frames_after(run.run_id, 6, 1) == []
