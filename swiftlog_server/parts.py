"""The parts of one server process, made from its settings and wired together.

Owns which implementation stands behind which Protocol. Making the parts migrates the
database; nothing listens and no thread runs before ``app`` starts them.
"""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, NamedTuple

from sqlalchemy import text
from sqlalchemy.exc import DatabaseError
from sqlmodel import select

from swiftlog_server.accounts.authenticator import TokenAuthenticator
from swiftlog_server.accounts.service import AccountService
from swiftlog_server.bus.memory import MemoryEventBus
from swiftlog_server.db.engine import Database
from swiftlog_server.db.migrate import migrate
from swiftlog_server.db.models import Installation
from swiftlog_server.errors import DatabaseBrokenError, StartError
from swiftlog_server.logs.service import LogService
from swiftlog_server.projects.service import ProjectService
from swiftlog_server.runs.ingest import IngestService
from swiftlog_server.runs.service import RunService
from swiftlog_server.storage.sql import SqlLogStore

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from swiftlog_server.bus.interfaces import EventBus
    from swiftlog_server.settings import ServerSettings
    from swiftlog_server.storage.interfaces import LogStore

_ID_BYTES: Final = 6


class Parts(NamedTuple):
    """Services and what they stand on. ``backup`` is the database before an upgrade."""

    database: Database
    store: LogStore
    bus: EventBus
    authenticator: TokenAuthenticator
    accounts: AccountService
    projects: ProjectService
    runs: RunService
    logs: LogService
    ingest: IngestService
    server_name: str
    backup: Path | None

    def check(self) -> Mapping[str, str]:
        """Return the state of what requests need: ``ok``, or what is wrong."""
        try:
            with self.database.read_connection() as connection:
                connection.execute(text("SELECT 1"))
        except DatabaseError as error:
            return {"database": type(error).__name__}
        return {"database": "ok"}

    def close(self) -> None:
        """Let go of the bus and the database."""
        self.bus.close()
        self.database.close()


def make_parts(settings: ServerSettings) -> Parts:
    """Open and migrate the database and make all services.

    Raises ``StartError`` when the data folder or the database cannot be used.
    """
    if settings.database_url is None:
        make_folder(settings.server_dir)
    database = Database(settings.database)
    try:
        backup = migrate(database)
        server_name = _name_installation(database)
    except DatabaseError as error:
        database.close()
        reason = str(error.orig or error).partition("\n")[0]
        raise DatabaseBrokenError(reason) from error
    store, bus = SqlLogStore(database), MemoryEventBus()
    authenticator = TokenAuthenticator(database)
    projects = ProjectService(database)
    projects.ensure_default_organisation()
    return Parts(
        database=database,
        store=store,
        bus=bus,
        authenticator=authenticator,
        accounts=AccountService(
            database, authenticator, find_project=projects.id_by_name
        ),
        projects=projects,
        runs=RunService(database),
        logs=LogService(store),
        ingest=IngestService(database, store, bus, server_name),
        server_name=server_name,
        backup=backup,
    )


def make_folder(folder: Path) -> None:
    """Make the server's data folder, private; raise ``StartError``."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        message = (
            f"cannot make {folder}: {error.strerror}; set SWIFTLOG_DATA_DIR to a "
            "writable folder"
        )
        raise StartError(message) from error


def _name_installation(database: Database) -> str:
    """Return the installation's name; the first process ever gives it one."""
    with database.writing() as session:
        row = session.exec(select(Installation)).first()
        if row is None:
            name = f"swiftlog-{secrets.token_hex(_ID_BYTES)}"
            row = Installation(id=1, name=name, created_at=datetime.now(UTC))
            session.add(row)
        return row.name
