"""The one statement that both engines know and SQLAlchemy has twice."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import SQLModel

if TYPE_CHECKING:
    from sqlalchemy import Insert
    from sqlalchemy.engine import Connection


def insert_missing(
    connection: Connection, model: type[SQLModel], values: dict[str, Any]
) -> bool:
    """Insert a row unless one with its key is there; return whether it was new.

    The check and the insertion are one step, whoever else inserts meanwhile.
    *values* must name the same columns each time: the statement is kept.
    """
    statement = _statement(connection.dialect.name, str(model.__tablename__))
    result = connection.execute(
        statement, values, execution_options={"preserve_rowcount": True}
    )
    return result.rowcount == 1


@cache
def _statement(dialect: str, table: str) -> Insert:
    module = postgresql if dialect == "postgresql" else sqlite
    rows = SQLModel.metadata.tables[table]
    statement: Insert = module.insert(rows).on_conflict_do_nothing()
    return statement
