"""What `swiftlog admin` does: work on the server's database, without the server.

Safe beside a running server; both wait for the database's lock.
"""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple, get_args

from swiftlog_core.errors import UsageError
from swiftlog_server.accounts.interfaces import Scope
from swiftlog_server.accounts.service import TokenWish
from swiftlog_server.db.engine import Database
from swiftlog_server.db.migrate import current, migrate
from swiftlog_server.errors import ProjectNotFoundError
from swiftlog_server.parts import make_folder, make_parts
from swiftlog_server.settings import load

if TYPE_CHECKING:
    from pathlib import Path

_SCOPES: tuple[Scope, ...] = get_args(Scope)


class Migrated(NamedTuple):
    """Revisions ``before`` (``None``: empty) and ``after``, and the copy if any."""

    before: str | None
    after: str | None
    backup: Path | None


def make_token(
    name: str, scope: str, project: str | None = None, days: int | None = None
) -> str:
    """Return a new token of the administrator; it is stored only as a digest.

    *project* binds it to that project, which is made when missing; it expires after
    *days*. Raises ``UsageError`` for an unknown scope, ``StartError``.
    """
    if scope not in _SCOPES:
        message = f"scope {scope!r} is none of {', '.join(_SCOPES)}"
        raise UsageError(message)
    known: Scope = next(s for s in _SCOPES if s == scope)
    expires = None if days is None else datetime.now(UTC) + timedelta(days=days)
    with closing(make_parts(load())) as parts:
        admin = parts.accounts.administrator()
        if project is not None:
            try:
                parts.projects.by_name(admin, project)
            except ProjectNotFoundError:
                parts.projects.create_project(admin, project)
        wish = TokenWish(name, known, project, expires)
        return parts.accounts.create_token(admin, wish).token


def migrate_database() -> Migrated:
    """Bring the database to this version's revision, with a copy of it before.

    Raises ``StartError``.
    """
    settings = load()
    if settings.database_url is None:
        make_folder(settings.server_dir)
    with closing(Database(settings.database)) as database:
        before = current(database)
        backup = migrate(database)
        return Migrated(before, current(database), backup)
