"""Rows of frames, as the SQL log store keeps them."""

from typing import ClassVar

from sqlalchemy import BigInteger, Index
from sqlmodel import Field, SQLModel


class LogFrame(SQLModel, table=True):
    """One frame of a run, exactly as it was received (``swiftlog_core.events.Frame``).

    The second index finds the frame in which a line begins without touching
    payloads.
    """

    __tablename__: ClassVar[str] = "log_frames"
    __table_args__ = (Index(None, "run_id", "first_line", "seq"),)

    run_id: str = Field(
        primary_key=True, foreign_key="log_runs.id", max_length=36, ondelete="CASCADE"
    )
    seq: int = Field(primary_key=True, sa_type=BigInteger)
    first_line: int = Field(sa_type=BigInteger)
    line_ends: int
    text_size: int
    payload_size: int
    t_first_ns: int = Field(sa_type=BigInteger)
    t_last_ns: int = Field(sa_type=BigInteger)
    digest: bytes = Field(max_length=32)
    payload: bytes
