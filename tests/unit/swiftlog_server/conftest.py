"""What the server's unit tests share: a migrated database and real frames."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import swiftlog_server.projects.models
import swiftlog_server.runs.models  # noqa: F401 - rows refer to each other by table name
from swiftlog_server.db.engine import Database
from swiftlog_server.db.migrate import migrate
from swiftlog_server.projects.service import ProjectService
from tests.unit.swiftlog_server.people import user

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from swiftlog_server.accounts.interfaces import Principal


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """Yield an empty SQLite database at the newest revision."""
    database = Database(f"sqlite:///{tmp_path}/server.db")
    migrate(database)
    yield database
    database.close()


@pytest.fixture
def admin(database: Database) -> Principal:
    """Return the administrator of a server that has its default organisation."""
    ProjectService(database).ensure_default_organisation()
    return user(database, "admin", is_admin=True)
