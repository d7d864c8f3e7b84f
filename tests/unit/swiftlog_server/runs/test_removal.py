"""A run is deleted with its log, by who may, when it has ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from swiftlog_core.errors import RunNotFoundError
from swiftlog_server.bus.memory import MemoryEventBus
from swiftlog_server.errors import RoleTooLowError, RunStillRunningError
from swiftlog_server.runs.ingest import IngestService
from swiftlog_server.runs.removal import RunRemoval
from swiftlog_server.runs.service import RunService
from swiftlog_server.storage.sql import SqlLogStore
from tests.unit.swiftlog_server.delivery import deliver
from tests.unit.swiftlog_server.people import user
from tests.unit.swiftlog_server.recording import numbered

if TYPE_CHECKING:
    from swiftlog_server.accounts.interfaces import Principal
    from swiftlog_server.db.engine import Database


@pytest.fixture
def store(database: Database) -> SqlLogStore:
    return SqlLogStore(database)


@pytest.fixture
def ingest(database: Database, store: SqlLogStore) -> IngestService:
    return IngestService(database, store, MemoryEventBus(), "here")


@pytest.fixture
def removal(database: Database, store: SqlLogStore) -> RunRemoval:
    return RunRemoval(database, store, RunService(database))


def test_frames_and_row_go_and_other_runs_stay(
    removal: RunRemoval, ingest: IngestService, store: SqlLogStore, admin: Principal
) -> None:
    run, other = numbered(5), numbered(3)
    deliver(ingest, admin, run)
    deliver(ingest, admin, other)
    removal.delete(admin, run.run_id)
    assert list(store.frames(run.run_id)) == []
    assert list(store.frames(other.run_id)) == other.frames
    with pytest.raises(RunNotFoundError):
        removal.delete(admin, run.run_id)


def test_a_run_that_runs_stays(
    removal: RunRemoval, ingest: IngestService, store: SqlLogStore, admin: Principal
) -> None:
    run = numbered(2)
    deliver(ingest, admin, run, close=False)
    with pytest.raises(RunStillRunningError):
        removal.delete(admin, run.run_id)
    assert list(store.frames(run.run_id)) == run.frames


def test_viewers_may_not_and_strangers_do_not_know(
    database: Database, removal: RunRemoval, ingest: IngestService, admin: Principal
) -> None:
    run = numbered(1)
    deliver(ingest, admin, run)
    home = RunService(database).get(admin, run.run_id).organisation_id
    stranger = user(database, "stranger")
    with pytest.raises(RunNotFoundError):
        removal.delete(stranger, run.run_id)
    viewer = stranger._replace(organisation_roles={home: "viewer"})
    with pytest.raises(RoleTooLowError):
        removal.delete(viewer, run.run_id)
    removal.delete(
        stranger._replace(organisation_roles={home: "maintainer"}), run.run_id
    )
