"""Bring a database to the newest revision, whole or not at all.

Owns Alembic's configuration, which lives in code: there is no ``alembic.ini``. All
revisions of one upgrade share one transaction on both engines (SQLite's DDL is
transactional once its driver no longer commits behind our back), so a process that is
killed in the middle leaves the old revision.
"""

from __future__ import annotations

from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from swiftlog_server.errors import DatabaseBrokenError, DatabaseNewerError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.engine import Connection

    from swiftlog_server.db.engine import Database

_SCRIPTS: Final = Path(__file__).parent / "migrations"
_LOCK_KEY: Final = 0x534C4F47  # one number for all who migrate this database


def head() -> str:
    """Return the newest revision that this code knows."""
    revision = ScriptDirectory.from_config(_config()).get_current_head()
    if revision is None:
        raise AssertionError(_SCRIPTS)  # the package was installed without revisions
    return revision


def current(database: Database) -> str | None:
    """Return the database's revision; ``None`` for an empty one.

    Raises ``DatabaseNewerError`` when this code does not know the revision.
    """
    with database.read_connection() as connection:
        return _current(connection)


def migrate(database: Database) -> Path | None:
    """Upgrade to the newest revision; return the backup made before, if any.

    An existing SQLite database is copied beside itself first. Others who migrate at
    the same time wait, then find nothing to do.
    """
    revision = current(database)
    if revision == head():
        return None
    backup = _back_up(database, revision) if revision is not None else None
    with _migration_connection(database) as connection:
        if _current(connection) != head():
            command.upgrade(_config(connection), "head")
    return backup


def downgrade(database: Database, revision: str) -> None:
    """Go back to *revision* (``base``: nothing), for tests and for rescue."""
    with _migration_connection(database) as connection:
        command.downgrade(_config(connection), revision)


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    if connection is not None:
        config.attributes["connection"] = connection
    return config


def _current(connection: Connection) -> str | None:
    revision = MigrationContext.configure(connection).get_current_revision()
    scripts = ScriptDirectory.from_config(_config())
    known = {script.revision for script in scripts.walk_revisions()}
    if revision is not None and revision not in known:
        raise DatabaseNewerError(revision, head())
    return revision


@contextmanager
def _migration_connection(database: Database) -> Iterator[Connection]:
    """Yield a connection in a transaction that keeps other migrators out."""
    with database.rebuilding_connection() as connection:
        if not database.is_sqlite:
            connection.execute(
                text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK_KEY}
            )
            yield connection
            return
        yield connection
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
        if broken is not None:
            reason = f"rows of {broken[0]} refer to rows that are missing"
            raise DatabaseBrokenError(reason)


def _back_up(database: Database, revision: str) -> Path | None:
    path = database.sqlite_path
    if path is None:
        return None
    backup = path.with_name(f"{path.stem}.before-{revision}{path.suffix}")
    partial = backup.with_name(backup.name + ".partial")
    partial.unlink(missing_ok=True)
    with closing(database.engine.raw_connection()) as connection:
        connection.cursor().execute("VACUUM INTO ?", (str(partial),))
    partial.replace(backup)
    return backup
