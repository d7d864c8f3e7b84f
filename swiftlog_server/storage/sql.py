"""The log store in the database itself: it always takes the live frames.

Written with SQLAlchemy Core: frames pass in bulk, and no object is made per row.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import delete, select, text
from sqlmodel import SQLModel

from swiftlog_core.events import Frame
from swiftlog_server.db.bulk import BulkStatement
from swiftlog_server.storage.interfaces import ChainLink
from swiftlog_server.storage.models import LogFrame

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from sqlalchemy import Select
    from sqlalchemy.engine import Connection

    from swiftlog_server.db.engine import Database
    from swiftlog_server.storage.interfaces import StoredFrame

_FIRST_PAGE: Final = 8  # frames; enough for a screen of any usual log
_PAGE_FRAMES: Final = 256
_PAGE_BYTES: Final = 4 * 1024 * 1024
_DELETE_FRAMES: Final = 500

_TABLE: Final = SQLModel.metadata.tables[LogFrame.__tablename__]
_COLUMNS: Final = tuple(_TABLE.c[name] for name in Frame._fields)
_NAMES: Final = ("run_id", *Frame._fields)
# Both engines know this form; SQLAlchemy's construct exists only per dialect.
_INSERT: Final = BulkStatement(
    text(
        f"INSERT INTO log_frames ({', '.join(_NAMES)})"  # noqa: S608 - names of our own
        f" VALUES ({', '.join(':' + name for name in _NAMES)}) ON CONFLICT DO NOTHING"
    ),
    _NAMES,
)


class SqlLogStore:
    """Keeps frames in the table ``log_frames``."""

    def __init__(self, database: Database) -> None:
        """Work on *database*."""
        self._database = database

    def append(self, connection: Connection, frames: Sequence[StoredFrame]) -> int:
        """Add frames within the caller's transaction; return how many were new."""
        rows = [(run_id, *frame) for run_id, frame in frames]
        return _INSERT.execute(connection, rows)

    def digests(
        self, connection: Connection, run_id: str, seqs: Iterable[int]
    ) -> Mapping[int, bytes]:
        """Return the digests of those frames that are stored."""
        query = select(_TABLE.c.seq, _TABLE.c.digest).where(
            _TABLE.c.run_id == run_id, _TABLE.c.seq.in_(list(seqs))
        )
        return {row.seq: row.digest for row in connection.execute(query)}

    def frame_of_line(self, run_id: str, line: int) -> int:
        """Return the number of the frame in which *line* begins; see the interface."""
        query = (
            select(_TABLE.c.seq)
            .where(_TABLE.c.run_id == run_id, _TABLE.c.first_line <= line)
            .order_by(_TABLE.c.first_line.desc(), _TABLE.c.seq.desc())
            .limit(1)
        )
        with self._database.read_connection() as connection:
            return connection.execute(query).scalar() or 0

    def frames(
        self, run_id: str, *, after_seq: int = 0, max_bytes: int | None = None
    ) -> Iterator[Frame]:
        """Yield frames after *after_seq*; no transaction is open between pages."""
        taken, page = 0, _FIRST_PAGE
        while True:
            query = self._query(run_id).where(_TABLE.c.seq > after_seq)
            frames = self._read(query.order_by(_TABLE.c.seq).limit(page))
            for frame in frames:
                yield frame
                taken += len(frame.payload)
                if max_bytes is not None and taken >= max_bytes:
                    return
            if len(frames) < page:
                return
            after_seq = frames[-1].seq
            largest = max(len(frame.payload) for frame in frames)
            page = max(1, min(_PAGE_FRAMES, _PAGE_BYTES // largest))

    def frames_before(self, run_id: str, before_seq: int, count: int) -> list[Frame]:
        """Return up to *count* frames that end before *before_seq*, in order."""
        query = (
            self._query(run_id)
            .where(_TABLE.c.seq < before_seq)
            .order_by(_TABLE.c.seq.desc())
            .limit(count)
        )
        return self._read(query)[::-1]

    def chain(self, run_id: str, *, after_seq: int, limit: int) -> list[ChainLink]:
        """Return the links of up to *limit* frames after *after_seq*, in order."""
        query = (
            select(_TABLE.c.seq, _TABLE.c.first_line, _TABLE.c.digest)
            .where(_TABLE.c.run_id == run_id, _TABLE.c.seq > after_seq)
            .order_by(_TABLE.c.seq)
            .limit(limit)
        )
        with self._database.read_connection() as connection:
            return [ChainLink(*row) for row in connection.execute(query)]

    def delete(self, run_id: str) -> None:
        """Delete a run's frames, some hundred in a transaction."""
        oldest = (
            select(_TABLE.c.seq)
            .where(_TABLE.c.run_id == run_id)
            .order_by(_TABLE.c.seq)
            .limit(_DELETE_FRAMES)
        )
        statement = delete(_TABLE).where(
            _TABLE.c.run_id == run_id, _TABLE.c.seq.in_(oldest)
        )
        deleted = _DELETE_FRAMES
        while deleted == _DELETE_FRAMES:
            with self._database.write_connection() as connection:
                deleted = connection.execute(statement).rowcount

    def _query(self, run_id: str) -> Select[tuple[object, ...]]:
        return select(*_COLUMNS).where(_TABLE.c.run_id == run_id)

    def _read(self, query: Select[tuple[object, ...]]) -> list[Frame]:
        with self._database.read_connection() as connection:
            return [Frame._make(row) for row in connection.execute(query)]
