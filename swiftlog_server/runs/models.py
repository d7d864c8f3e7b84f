"""Rows of runs.

A row carries what is known of the run, how it ended, and where its log stands
durably: all that any ingestor needs to continue it.
"""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import JSON, BigInteger, CheckConstraint, Index, Text
from sqlmodel import Field, SQLModel

from swiftlog_server.db.columns import UtcDateTime


class LogRun(SQLModel, table=True):
    """One execution of one command.

    ``project_id`` repeats the group's, so that a project's runs are one index walk.
    ``exit_code`` is 64 bits wide: codes of Windows are unsigned 32. ``user_id`` is
    who opened the run and alone may continue it; ``opened_by`` the principal's key.
    ``epoch`` rises with each OpenRun. ``last_seq`` to ``chain`` are the position
    after the last durable frame; ``gaps`` and ``gap_bytes`` are counted from the
    frames. ``receipt_at`` is set when the run was closed and proven whole: nothing
    but its explanation changes after that. ``status_version`` rises with every
    change that a watcher should see.
    """

    __tablename__: ClassVar[str] = "log_runs"
    __table_args__ = (
        CheckConstraint(
            "status IN ('running', 'success', 'failed', 'cancelled', 'lost')",
            name="status",
        ),
        CheckConstraint(
            "ai_status IN ('none', 'pending', 'processing', 'completed', 'failed')",
            name="ai_status",
        ),
        Index(None, "group_id", "start_time"),
        Index(None, "project_id", "start_time"),
        Index(None, "start_time"),
        Index(None, "status"),
        Index(None, "ai_status"),
    )

    id: str = Field(primary_key=True, max_length=36)  # UUIDv7, made by the client
    project_id: int = Field(foreign_key="projects.id", ondelete="CASCADE")
    group_id: int = Field(foreign_key="log_groups.id", ondelete="CASCADE")
    parent_run_id: str | None = Field(default=None, max_length=36, index=True)
    user_id: int | None = Field(
        default=None, foreign_key="users.id", ondelete="SET NULL"
    )
    opened_by: str = Field(max_length=200)

    argv: list[str] = Field(sa_type=JSON)
    cwd: str = Field(sa_type=Text)
    host: str = Field(max_length=255)
    tty: bool = Field(default=False)
    merged: bool = Field(default=False)
    meta: dict[str, str] = Field(sa_type=JSON)
    ci: dict[str, str] = Field(sa_type=JSON)
    branch: str = Field(default="", max_length=255)
    commit_sha: str = Field(default="", max_length=64)
    client_version: str = Field(default="", max_length=64)

    status: str = Field(default="running", max_length=16)
    exit_code: int | None = Field(default=None, sa_type=BigInteger)
    signal: int = Field(default=0)
    cause: str = Field(default="", max_length=64)
    started_ns: int = Field(sa_type=BigInteger)  # the client's wall clock
    start_time: datetime = Field(sa_type=UtcDateTime)
    end_time: datetime | None = Field(default=None, sa_type=UtcDateTime)
    duration_ns: int | None = Field(default=None, sa_type=BigInteger)
    last_heartbeat: datetime = Field(sa_type=UtcDateTime)
    status_version: int = Field(default=1, sa_type=BigInteger)

    epoch: int = Field(default=1, sa_type=BigInteger)
    last_seq: int = Field(default=0, sa_type=BigInteger)
    lines: int = Field(default=0, sa_type=BigInteger)
    size: int = Field(default=0, sa_type=BigInteger)  # bytes of text
    open_stdout: int = Field(default=0, sa_type=BigInteger)
    open_stderr: int = Field(default=0, sa_type=BigInteger)
    chain: bytes = Field(max_length=32)
    gaps: int = Field(default=0, sa_type=BigInteger)
    gap_bytes: int = Field(default=0, sa_type=BigInteger)
    conflicted: bool = Field(default=False)
    sha256_stdout: bytes | None = Field(default=None, max_length=32)
    sha256_stderr: bytes | None = Field(default=None, max_length=32)
    receipt_at: datetime | None = Field(default=None, sa_type=UtcDateTime)

    ai_status: str = Field(default="none", max_length=16)
    ai_report: str | None = Field(default=None, sa_type=Text)
