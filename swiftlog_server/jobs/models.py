"""Rows of jobs: what is to be done for a run, written by what causes it."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import CheckConstraint, Index, Text
from sqlmodel import Field, SQLModel

from swiftlog_server.db.columns import UtcDateTime


class Job(SQLModel, table=True):
    """One effect that must happen once.

    ``key`` makes the effect idempotent (``explain:<run id>``). A worker owns the job
    until ``lease_until``; before ``not_before`` nobody takes it.
    """

    __tablename__: ClassVar[str] = "jobs"
    __table_args__ = (
        CheckConstraint("state IN ('due', 'leased', 'done', 'dead')", name="state"),
        Index(None, "state", "not_before"),
    )

    id: str = Field(primary_key=True, max_length=36)
    kind: str = Field(max_length=32)
    run_id: str | None = Field(
        default=None,
        foreign_key="log_runs.id",
        index=True,
        max_length=36,
        ondelete="CASCADE",
    )
    key: str = Field(max_length=200, unique=True)
    state: str = Field(default="due", max_length=16)
    attempts: int = Field(default=0)
    not_before: datetime = Field(sa_type=UtcDateTime)
    lease_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    error: str | None = Field(default=None, sa_type=Text)
    created_at: datetime = Field(sa_type=UtcDateTime)
