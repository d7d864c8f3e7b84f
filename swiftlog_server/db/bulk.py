"""Statements for many rows at the cost of the driver.

SQLAlchemy's own ``executemany`` works about 30 microseconds on each row, which for
small frames is as much as storing them. Here a statement is compiled once a dialect
and rows go to the driver as they are: values must be what the driver takes.
"""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING, Any

from swiftlog_server.db.columns import UtcDateTime

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from sqlalchemy import ClauseElement
    from sqlalchemy.engine import Connection, Dialect

    Row = tuple[Any, ...]
    Form = tuple[str, Callable[[Row], Any]]


class BulkStatement:
    """An INSERT or UPDATE with named parameters, each used once.

    ``names`` is the order in which rows give the parameters' values.
    """

    def __init__(self, statement: ClauseElement, names: Sequence[str]) -> None:
        """Hold *statement*; it is compiled when first used."""
        self._statement = statement
        self.names = tuple(names)
        self._forms: dict[str, Form] = {}

    def execute(self, connection: Connection, rows: Sequence[Row]) -> int:
        """Execute for all *rows* and return how many rows were changed."""
        form = self._forms.get(connection.dialect.name)
        if form is None:
            form = self._forms[connection.dialect.name] = self._form(connection.dialect)
        sql, arrange = form
        return connection.exec_driver_sql(sql, [arrange(row) for row in rows]).rowcount

    def _form(self, dialect: Dialect) -> Form:
        compiled: Any = self._statement.compile(dialect=dialect)
        if not compiled.positional:
            names = self.names
            return str(compiled), lambda row: dict(zip(names, row, strict=True))
        order = [self.names.index(name) for name in compiled.positiontup]
        return str(compiled), itemgetter(*order)


def driver_time(connection: Connection, value: datetime) -> Any:  # noqa: ANN401 - the driver's type
    """Return *value* as the driver takes it for a ``UtcDateTime`` column."""
    process = UtcDateTime().bind_processor(connection.dialect)
    return value if process is None else process(value)
