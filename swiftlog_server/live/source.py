"""The live server's view of the database and the log store."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select
from sqlmodel import SQLModel

from swiftlog_server.live.interfaces import Head
from swiftlog_server.runs.models import LogRun

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Row

    from swiftlog_core.events import Frame
    from swiftlog_server.db.engine import Database
    from swiftlog_server.storage.interfaces import LogStore

_RUNS: Final = SQLModel.metadata.tables[LogRun.__tablename__]
_COLUMNS: Final = tuple(
    _RUNS.c[name]
    for name in (
        "id",
        "last_seq",
        "lines",
        "status_version",
        "status",
        "receipt_at",
        "started_ns",
        "exit_code",
        "signal",
        "cause",
        "duration_ns",
        "ai_status",
    )
)


class StoredLogs:
    """Heads from the runs' table, frames from the log store. Thread-safe."""

    def __init__(self, database: Database, store: LogStore) -> None:
        """Read from both; write to neither."""
        self._database = database
        self._store = store

    def heads(self, run_ids: Sequence[str]) -> Mapping[str, Head]:
        """Return the heads of those runs that exist."""
        query = select(*_COLUMNS).where(_RUNS.c.id.in_(run_ids))
        with self._database.read_connection() as connection:
            rows = connection.execute(query).all()
        return {row.id: _head(row) for row in rows}

    def seq_before_line(self, run_id: str, line: int) -> int:
        """Return the number of the frame before the one in which *line* begins."""
        return max(0, self._store.frame_of_line(run_id, line) - 1)

    def frames_after(self, run_id: str, seq: int, max_bytes: int) -> Sequence[Frame]:
        """Return frames after *seq*, about *max_bytes* of them as they are stored."""
        return list(self._store.frames(run_id, after_seq=seq, max_bytes=max_bytes))


def _head(row: Row[Any]) -> Head:
    return Head(
        run_id=row.id,
        seq=row.last_seq,
        lines=row.lines,
        version=row.status_version,
        status=row.status,
        closed=row.receipt_at is not None,
        started_ns=row.started_ns,
        exit_code=row.exit_code,
        signal=row.signal,
        cause=row.cause,
        duration_ns=row.duration_ns,
        ai_status=row.ai_status,
    )
