"""Users and their principals, for tests of what they may do."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from swiftlog_server.accounts.interfaces import ADMIN, Principal, Scope
from swiftlog_server.accounts.models import User

if TYPE_CHECKING:
    from swiftlog_server.db.engine import Database


def user(
    database: Database, login: str, *, is_admin: bool = False, scope: Scope = ADMIN
) -> Principal:
    """Make a user and return what a token of theirs would prove."""
    with database.writing() as session:
        row = User(login=login, is_admin=is_admin, created_at=datetime.now(UTC))
        session.add(row)
        session.flush()
        number = row.id or 0
    return Principal(f"token:{number}", number, login, scope, is_admin=is_admin)
