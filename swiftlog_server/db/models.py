"""The row that names this installation."""

from datetime import datetime
from typing import ClassVar

from sqlmodel import Field, SQLModel

from swiftlog_server.db.columns import UtcDateTime


class Installation(SQLModel, table=True):
    """The one row (id 1) that every process of an installation shares.

    ``name`` stands in receipts as who acknowledged; it survives a move of the data.
    """

    __tablename__: ClassVar[str] = "installations"

    id: int | None = Field(default=1, primary_key=True)
    name: str = Field(max_length=64)
    created_at: datetime = Field(sa_type=UtcDateTime)
