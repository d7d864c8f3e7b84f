"""One synchronous engine for SQLite and PostgreSQL, and how transactions begin.

On SQLite the driver's own transactions are off (it commits DDL behind our back and
begins late): ``BEGIN`` and, for writers, ``BEGIN IMMEDIATE`` are sent here, so that
a writer waits for the lock at its start and never fails in the middle.
"""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sqlalchemy import create_engine, event
from sqlalchemy.engine import URL, Connection, Engine, make_url
from sqlalchemy.exc import ArgumentError
from sqlmodel import Session

from swiftlog_core.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from sqlite3 import Connection as SqliteConnection

    from sqlalchemy.pool import ConnectionPoolEntry

BUSY_SECONDS: Final = 5
POOL_SIZE: Final = 16
_WRITER: Final = "swiftlog_writer"
_PRAGMAS: Final = (
    "journal_mode=WAL",
    "synchronous=FULL",  # an acknowledged frame survives a power cut
    f"busy_timeout={BUSY_SECONDS * 1000}",
    "foreign_keys=ON",
    "journal_size_limit=67108864",
    "cache_size=-16384",
)


class Database:
    """Hands out sessions and connections. Thread-safe; one per process.

    ``reading`` sees one snapshot; ``writing`` holds the write lock of SQLite from
    its first moment, commits at the end of the block and rolls back on an error.
    """

    def __init__(self, url: str) -> None:
        """Connect lazily to *url*; raise ``ConfigError`` when it is no database URL."""
        self.url = _parse(url)
        self.engine = _build(self.url)
        self._write_engine = self.engine.execution_options(**{_WRITER: True})

    @property
    def is_sqlite(self) -> bool:
        """Whether this is SQLite, where some things are done by hand."""
        return self.engine.dialect.name == "sqlite"

    @property
    def sqlite_path(self) -> Path | None:
        """Return the file of an SQLite database; ``None`` for other engines."""
        name = self.url.database
        return Path(name) if self.is_sqlite and name else None

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Yield a session for reading; nothing is committed."""
        with Session(self.engine, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Yield a session whose changes are committed when the block ends well."""
        with (
            Session(self._write_engine, expire_on_commit=False) as session,
            session.begin(),
        ):
            yield session

    @contextmanager
    def read_connection(self) -> Iterator[Connection]:
        """Yield a bare connection for reading."""
        with self.engine.connect() as connection:
            yield connection

    @contextmanager
    def write_connection(self) -> Iterator[Connection]:
        """Yield a bare connection in a transaction of its own, as ``writing`` does."""
        with self._write_engine.begin() as connection:
            yield connection

    @contextmanager
    def rebuilding_connection(self) -> Iterator[Connection]:
        """Yield a writing connection on which SQLite checks no foreign keys.

        Rebuilding a table drops the old one, which with foreign keys on deletes the
        rows that refer to it. The pragma does nothing inside a transaction.
        """
        with self._write_engine.connect() as connection:
            driver = connection.connection.driver_connection
            if not self.is_sqlite or driver is None:
                with connection.begin():
                    yield connection
                return
            driver.execute("PRAGMA foreign_keys=OFF")
            try:
                with connection.begin():
                    yield connection
            finally:
                driver.execute("PRAGMA foreign_keys=ON")

    def close(self) -> None:
        """Close every pooled connection."""
        self.engine.dispose()


def _parse(url: str) -> URL:
    try:
        parsed = make_url(url)
    except ArgumentError:
        parsed = None
    if parsed is not None and parsed.drivername in ("postgresql", "postgres"):
        parsed = parsed.set(drivername="postgresql+psycopg")
    known = ("sqlite", "sqlite+pysqlite", "postgresql+psycopg")
    if parsed is None or parsed.drivername not in known:
        shown = url.partition(":")[0]  # the rest may hold a password
        expected = "sqlite:///PATH or postgresql://USER:PASSWORD@HOST/NAME"
        raise ConfigError("SWIFTLOG_DATABASE_URL", shown, expected)
    return parsed


def _build(url: URL) -> Engine:
    if not url.drivername.startswith("sqlite"):
        return create_engine(
            url, pool_size=POOL_SIZE, max_overflow=POOL_SIZE, pool_pre_ping=True
        )
    engine = create_engine(
        url,
        pool_size=POOL_SIZE,
        max_overflow=POOL_SIZE,
        connect_args={"check_same_thread": False, "timeout": BUSY_SECONDS},
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: SqliteConnection, _: ConnectionPoolEntry) -> None:
    connection.isolation_level = None
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    if not pages:
        # It holds only before the first table; later it would but write the header.
        connection.execute("PRAGMA auto_vacuum=INCREMENTAL").close()
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}").close()


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get(_WRITER)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
