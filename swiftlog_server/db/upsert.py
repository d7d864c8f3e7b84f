"""The one statement that both engines know and SQLAlchemy has twice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy.dialects import postgresql, sqlite

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection
    from sqlmodel import SQLModel


def insert_missing(
    connection: Connection, model: type[SQLModel], values: dict[str, Any]
) -> bool:
    """Insert a row unless one with its key is there; return whether it was new.

    The check and the insertion are one step, whoever else inserts meanwhile.
    """
    module = postgresql if connection.dialect.name == "postgresql" else sqlite
    statement = module.insert(model).values(values).on_conflict_do_nothing()
    return connection.execute(statement).rowcount == 1
