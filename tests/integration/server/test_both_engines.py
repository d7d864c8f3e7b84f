"""What must hold on SQLite and on PostgreSQL alike."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread
from typing import TYPE_CHECKING

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from pydantic import SecretStr
from sqlalchemy import text
from sqlmodel import SQLModel

import swiftlog_server.jobs.models  # noqa: F401 - no other module here has its table
from swiftlog_core.errors import TakenOverError
from swiftlog_server.bus.memory import MemoryEventBus
from swiftlog_server.db.engine import Database
from swiftlog_server.db.migrate import current, downgrade, head, migrate
from swiftlog_server.logs.reading import LineRange
from swiftlog_server.parts import Parts, make_parts
from swiftlog_server.runs.checks import check_frame
from swiftlog_server.runs.commands import (
    AppendCommand,
    Appended,
    CloseCommand,
    ClosedRun,
    OpenCommand,
    OpenedRun,
)
from swiftlog_server.runs.ingest import IngestService
from swiftlog_server.settings import load
from tests.integration.server.postgresql import postgresql
from tests.unit.swiftlog_server.recording import Recording, numbered

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from swiftlog_server.accounts.interfaces import Principal


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def url(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path_factory.mktemp('db')}/both.db"
        return
    with postgresql() as address:
        yield address


@pytest.fixture
def parts(url: str, tmp_path: Path) -> Iterator[Parts]:
    parts = make_parts(load(data_dir=tmp_path, database_url=SecretStr(url)))
    yield parts
    parts.close()


@pytest.fixture
def admin(parts: Parts) -> Principal:
    return parts.accounts.administrator()


def append(run: Recording, first: int, last: int, epoch: int) -> AppendCommand:
    checked = tuple(
        check_frame(run.positions[seq - 1], run.frames[seq - 1], 0)
        for seq in range(first, last + 1)
    )
    return AppendCommand(run.run_id, epoch, run.positions[first - 1], checked)


def test_the_schema_goes_up_and_down_and_is_the_models(url: str) -> None:
    database = Database(url)
    migrate(database)
    downgrade(database, "base")
    assert current(database) is None
    migrate(database)
    assert current(database) == head()
    with database.read_connection() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, SQLModel.metadata) == []
    database.close()


def test_a_run_lives_and_is_read_back(parts: Parts, admin: Principal) -> None:
    run = numbered(12)
    outcomes = parts.ingest.commit(
        [
            OpenCommand(admin, run.info()),
            append(run, 1, 5, 1),
            append(run, 3, 12, 1),
            CloseCommand(admin, run.closing(1)),
        ]
    )
    assert outcomes[1:3] == [Appended(5), Appended(12)]
    assert isinstance(outcomes[3], ClosedRun)
    assert list(parts.store.frames(run.run_id)) == run.frames
    facts = parts.runs.get(admin, run.run_id).run
    entries = parts.logs.lines(facts, LineRange(4, 5), 10).entries
    assert [entry[3] for entry in entries] == [
        b"line 4 of the log\n",
        b"line 5 of the log\n",
    ]
    parts.store.delete(run.run_id)
    assert list(parts.store.frames(run.run_id)) == []


def test_a_lost_run_is_found_and_revived(parts: Parts, admin: Principal) -> None:
    run, now = numbered(1), datetime.now(UTC)
    later = IngestService(
        parts.database,
        parts.store,
        parts.bus,
        "later",
        now=lambda: now + timedelta(hours=1),
    )
    parts.ingest.commit([OpenCommand(admin, run.info())])
    assert run.run_id in later.mark_lost()
    assert parts.runs.get(admin, run.run_id).run.status == "lost"
    assert later.touch([(run.run_id, 1)]) == set()
    assert parts.runs.get(admin, run.run_id).run.status == "running"


def test_ingestors_that_meet_in_one_run_agree_by_its_row(
    parts: Parts, admin: Principal
) -> None:
    one = parts.ingest
    two = IngestService(parts.database, parts.store, MemoryEventBus(), "two")
    run = numbered(4)
    one.commit([OpenCommand(admin, run.info()), append(run, 1, 2, 1)])
    (opened,) = two.commit([OpenCommand(admin, run.info())])
    assert isinstance(opened, OpenedRun)
    assert (opened.epoch, opened.position) == (2, run.positions[2])
    (late,) = one.commit([append(run, 3, 3, 1)])
    assert isinstance(late, TakenOverError)
    assert two.commit([append(run, 3, 4, 2)]) == [Appended(4)]


def test_first_runs_of_a_new_project_may_race(parts: Parts, admin: Principal) -> None:
    runs = [numbered(2) for _ in range(8)]
    shared = numbered(1)
    barrier = Barrier(len(runs))
    outcomes: list[object] = []

    def ship(run: Recording) -> None:
        service = IngestService(parts.database, parts.store, MemoryEventBus(), "x")
        barrier.wait()
        for info in (run.info("race/new", "unit"), shared.info("race/new", "unit")):
            outcomes.extend(service.commit([OpenCommand(admin, info)]))
        outcomes.extend(service.commit([append(run, 1, 2, 1)]))

    threads = [Thread(target=ship, args=(run,)) for run in runs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    opened = [outcome for outcome in outcomes if isinstance(outcome, OpenedRun)]
    assert len(opened) == 16
    epochs = [o.epoch for o in opened if o.run_id == shared.run_id]
    assert sorted(epochs) == list(range(1, 9))
    assert outcomes.count(Appended(2)) == 8
    with parts.database.read_connection() as connection:
        count = text("SELECT count(*) FROM projects WHERE name = 'race/new'")
        assert connection.execute(count).scalar_one() == 1
