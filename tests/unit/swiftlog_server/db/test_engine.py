"""Transactions as both engines must see them."""

from __future__ import annotations

from threading import Thread
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from swiftlog_core.errors import ConfigError
from swiftlog_server.db.engine import Database

if TYPE_CHECKING:
    from pathlib import Path


def test_sqlite_is_set_up_to_survive_a_power_cut(database: Database) -> None:
    with database.read_connection() as connection:

        def pragma(name: str) -> object:
            return connection.exec_driver_sql(f"PRAGMA {name}").scalar()

        assert pragma("journal_mode") == "wal"
        assert pragma("synchronous") == 2  # FULL
        assert pragma("foreign_keys") == 1
        assert pragma("busy_timeout") == 5000
        assert pragma("auto_vacuum") == 2  # INCREMENTAL


def test_opening_an_existing_database_writes_nothing(
    database: Database, tmp_path: Path
) -> None:
    database.close()
    before = (tmp_path / "server.db").read_bytes()
    again = Database(str(database.url))
    with again.read_connection() as connection:
        connection.execute(text("SELECT count(*) FROM users"))
    again.close()
    assert (tmp_path / "server.db").read_bytes() == before


def test_a_writer_holds_the_lock_from_its_first_moment(database: Database) -> None:
    insert = text("INSERT INTO organisations (name, created_at) VALUES (:n, '2026')")
    seen: list[int] = []

    def second() -> None:
        with database.write_connection() as connection:
            count = connection.execute(text("SELECT count(*) FROM organisations"))
            seen.append(count.scalar_one())

    with database.write_connection() as connection:
        other = Thread(target=second)
        other.start()
        connection.execute(insert, {"n": "a"})
    other.join()
    assert seen == [1]


def test_an_error_rolls_the_whole_block_back(database: Database) -> None:
    insert = text("INSERT INTO organisations (name, created_at) VALUES ('a', '2026')")

    def insert_twice() -> None:
        with database.write_connection() as connection:
            connection.execute(insert)
            connection.execute(insert)

    with pytest.raises(IntegrityError):
        insert_twice()
    with database.read_connection() as connection:
        count = connection.execute(text("SELECT count(*) FROM organisations"))
        assert count.scalar_one() == 0


@pytest.mark.parametrize("url", ["mysql://root:secret@host/db", "no url: secret"])
def test_what_is_no_database_url_is_refused_without_showing_it(url: str) -> None:
    with pytest.raises(ConfigError) as raised:
        Database(url)
    assert "secret" not in str(raised.value).partition("expected")[0]


def test_postgresql_is_spoken_to_through_psycopg() -> None:
    database = Database("postgresql://user:secret@localhost/swiftlog")
    assert database.url.drivername == "postgresql+psycopg"
    assert not database.is_sqlite
    assert database.sqlite_path is None
