"""Migrations: whole or not at all, up and down, and true to the models."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlmodel import SQLModel

import swiftlog_server.accounts.models
import swiftlog_server.db.models
import swiftlog_server.jobs.models
import swiftlog_server.projects.models
import swiftlog_server.runs.models
import swiftlog_server.storage.models  # noqa: F401 - every table there is
from swiftlog_server.db.engine import Database
from swiftlog_server.db.migrate import current, downgrade, head, migrate
from swiftlog_server.errors import DatabaseNewerError

if TYPE_CHECKING:
    from pathlib import Path

# Migrates, and is killed before the statement whose number it is given.
KILLED = """
import os, signal, sys
from sqlalchemy import event
from swiftlog_server.db.engine import Database
from swiftlog_server.db.migrate import migrate
database, left = Database(sys.argv[1]), int(sys.argv[2])
@event.listens_for(database.engine, "before_cursor_execute")
def count(*_):
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
migrate(database)
"""


def schema(path: Path) -> list[tuple[str, str]]:
    with closing(sqlite3.connect(path)) as connection:
        query = "SELECT name, sql FROM sqlite_master WHERE sql <> '' ORDER BY name"
        return connection.execute(query).fetchall()


def test_the_migrated_database_is_what_the_models_say(database: Database) -> None:
    with database.read_connection() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, SQLModel.metadata) == []


@pytest.mark.usefixtures("database")
def test_checks_are_the_models_too(tmp_path: Path) -> None:
    migrated = dict(schema(tmp_path / "server.db"))
    made = Database(f"sqlite:///{tmp_path}/made.db")
    SQLModel.metadata.create_all(made.engine)
    made.close()
    for name, sql in schema(tmp_path / "made.db"):
        wanted = {line.strip(" \t,") for line in sql.splitlines()}
        found = {line.strip(" \t,") for line in migrated[name].splitlines()}
        assert wanted == found, name


def test_migrating_twice_changes_nothing(database: Database, tmp_path: Path) -> None:
    before = schema(tmp_path / "server.db")
    assert migrate(database) is None
    assert schema(tmp_path / "server.db") == before


def test_down_to_nothing_and_up_again(database: Database, tmp_path: Path) -> None:
    before = schema(tmp_path / "server.db")
    downgrade(database, "base")
    assert current(database) is None
    migrate(database)
    assert current(database) == head()
    assert schema(tmp_path / "server.db") == before


def test_an_upgrade_of_an_existing_database_leaves_a_copy(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("swiftlog_server.db.migrate.head", lambda: "later")
    with database.write_connection() as connection:
        connection.exec_driver_sql(
            "INSERT INTO organisations (name, created_at) VALUES ('kept', '2026')"
        )
    backup = migrate(database)
    assert backup == tmp_path / "server.before-0001.db"
    with closing(sqlite3.connect(backup)) as connection:
        rows = connection.execute("SELECT name FROM organisations").fetchall()
    assert rows == [("kept",)]


def test_a_database_of_a_newer_version_is_refused(database: Database) -> None:
    with database.write_connection() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num='9999'")
    with pytest.raises(DatabaseNewerError, match="9999"):
        migrate(database)


@pytest.mark.usefixtures("database")
@pytest.mark.skipif(not hasattr(os, "fork"), reason="SIGKILL is POSIX")
@pytest.mark.parametrize("statement", [3, 9, 25])
def test_killed_in_the_middle_then_again_to_the_head(
    tmp_path: Path, statement: int
) -> None:
    path = tmp_path / "killed.db"
    url = f"sqlite:///{path}"
    process = subprocess.run(
        [sys.executable, "-c", KILLED, url, str(statement)], check=False
    )
    assert process.returncode == -signal.SIGKILL
    again = Database(url)
    assert current(again) is None
    migrate(again)
    assert current(again) == head()
    again.close()
    assert schema(path) == schema(tmp_path / "server.db")
