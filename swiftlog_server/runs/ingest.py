"""The ingest: takes batches of commands to the database, one transaction each.

Owns transactions, what happens when one fails, and the runs that nobody hears of any
more. The rules by which a run advances are ``batch``'s and ``lifecycle``'s.
Synchronous and thread-safe.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

import structlog
from sqlalchemy import bindparam, select, update
from sqlalchemy.exc import InterfaceError, OperationalError, SQLAlchemyError
from sqlmodel import SQLModel

from swiftlog_core.errors import IngestError
from swiftlog_core.events import LOST, RUNNING
from swiftlog_server.bus.interfaces import RunEvent
from swiftlog_server.errors import UnavailableError
from swiftlog_server.runs.batch import Batch, LostUpdateError
from swiftlog_server.runs.checks import taken_over
from swiftlog_server.runs.commands import OpenedRun
from swiftlog_server.runs.lifecycle import position_of, standing
from swiftlog_server.runs.models import LogRun

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from sqlalchemy import Row

    from swiftlog_core.events import Frame
    from swiftlog_server.accounts.interfaces import Principal
    from swiftlog_server.bus.interfaces import EventBus
    from swiftlog_server.db.engine import Database
    from swiftlog_server.runs.commands import Command, Outcome
    from swiftlog_server.storage.interfaces import LogStore

HEARTBEAT_SECONDS: Final = 10
LOST_AFTER_SECONDS: Final = 3 * HEARTBEAT_SECONDS
_CHUNK: Final = 500
_RUNS: Final = SQLModel.metadata.tables[LogRun.__tablename__]
_TOUCH: Final = (
    update(_RUNS)
    .where(
        _RUNS.c.id == bindparam("b_run"),
        _RUNS.c.epoch == bindparam("b_epoch"),
        _RUNS.c.receipt_at.is_(None),
    )
    .values(last_heartbeat=bindparam("b_now"))
)

_log = structlog.get_logger(__name__)


class IngestService:
    """Takes what recorders deliver."""

    def __init__(
        self,
        database: Database,
        store: LogStore,
        bus: EventBus,
        server: str,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """Write to *database* and *store*, tell *bus*; *server* signs receipts."""
        self._database = database
        self._store = store
        self._bus = bus
        self.server = server
        self._now = now

    def commit(self, commands: Sequence[Command]) -> list[Outcome]:
        """Carry out *commands* in one transaction and return their outcomes.

        What succeeded is on disk when this returns. A command that breaks its
        transaction takes no other with it: each is then tried alone. When the
        database itself is away, all fail with ``UnavailableError``.
        """
        try:
            return self._transact(commands)
        except (OperationalError, InterfaceError) as error:
            _log.exception("ingest_database_failed", commands=len(commands))
            return [_away(error) for _ in commands]
        except (SQLAlchemyError, LostUpdateError, OverflowError) as error:
            if len(commands) > 1:
                return [self.commit([command])[0] for command in commands]
            _log.exception("ingest_command_failed", run_id=commands[0].run_id)
            message = f"run {commands[0].run_id} cannot be written now; try again"
            failure = IngestError(message)
            failure.__cause__ = error
            return [failure]

    def attach(self, principal: Principal, run_id: str, epoch: int) -> OpenedRun:
        """Return where an opened run stands, for a stream or request of that epoch.

        Raises ``RunNotFoundError``, ``RunForeignError``, ``TakenOverError``.
        """
        row = self._row(principal, run_id)
        position = position_of(row)
        if epoch < row.epoch:
            raise taken_over(run_id, position.seq)
        if epoch > row.epoch:
            message = (
                f"run {run_id} is not open in epoch {epoch} here (the server's data "
                "may be an older copy); open it again"
            )
            raise IngestError(message, position.seq)
        return OpenedRun(run_id, epoch, position)

    def fetch(
        self, principal: Principal, run_id: str, after_seq: int
    ) -> Iterator[Frame]:
        """Return the frames after *after_seq*, for a recorder that lost its own.

        Checks at once; the frames are read as they are asked for.
        """
        self._row(principal, run_id)
        return self._store.frames(run_id, after_seq=after_seq)

    def touch(self, alive: Sequence[tuple[str, int]]) -> set[str]:
        """Note that the recorders of these (run, epoch) were heard of just now.

        Runs that were lost are alive again. Returns those whose epoch has passed.
        """
        passed: set[str] = set()
        for start in range(0, len(alive), _CHUNK):
            passed |= self._touch(dict(alive[start : start + _CHUNK]))
        return passed

    def mark_lost(self) -> list[str]:
        """Mark running runs of which nothing was heard for half a minute as lost."""
        silent_since = self._now() - timedelta(seconds=LOST_AFTER_SECONDS)
        silent = (
            _RUNS.c.status == RUNNING,
            _RUNS.c.receipt_at.is_(None),
            _RUNS.c.last_heartbeat < silent_since,
        )
        with self._database.read_connection() as connection:
            ids = connection.scalars(select(_RUNS.c.id).where(*silent)).all()
        for start in range(0, len(ids), _CHUNK):
            self._change_status(
                ids[start : start + _CHUNK],
                silent,
                {
                    "status": LOST,
                    "cause": "unknown",
                    "end_time": _RUNS.c.last_heartbeat,
                },
            )
        return list(ids)

    def _transact(self, commands: Sequence[Command]) -> list[Outcome]:
        with self._database.write_connection() as connection:
            batch = Batch(connection, self._store, self.server, self._now())
            outcomes = batch.run(commands)
        self._bus.publish(batch.events)
        return outcomes

    def _row(self, principal: Principal, run_id: str) -> Row[Any]:
        with self._database.read_connection() as connection:
            return standing(connection, principal, run_id)

    def _touch(self, alive: dict[str, int]) -> set[str]:
        now = self._now()
        rows = [
            {"b_run": run_id, "b_epoch": epoch, "b_now": now}
            for run_id, epoch in sorted(alive.items())
        ]
        with self._database.write_connection() as connection:
            connection.execute(_TOUCH, rows)
            query = select(_RUNS.c.id, _RUNS.c.epoch, _RUNS.c.status).where(
                _RUNS.c.id.in_(alive), _RUNS.c.receipt_at.is_(None)
            )
            found = connection.execute(query).all()
        revived = [
            row.id for row in found if row.status == LOST and row.epoch == alive[row.id]
        ]
        if revived:
            self._change_status(
                revived,
                (_RUNS.c.status == LOST, _RUNS.c.receipt_at.is_(None)),
                {"status": RUNNING, "cause": "", "end_time": None},
            )
        return {row.id for row in found if row.epoch != alive[row.id]}

    def _change_status(
        self,
        run_ids: Sequence[str],
        conditions: Sequence[Any],
        values: dict[str, Any],
    ) -> None:
        """Change the status of those runs that still fulfil *conditions*; tell it."""
        change = (
            update(_RUNS)
            .where(_RUNS.c.id.in_(run_ids), *conditions)
            .values(status_version=_RUNS.c.status_version + 1, **values)
            .returning(
                _RUNS.c.id, _RUNS.c.last_seq, _RUNS.c.lines, _RUNS.c.status_version
            )
        )
        with self._database.write_connection() as connection:
            changed = connection.execute(change).all()
        self._bus.publish(
            [
                RunEvent(row.id, row.last_seq, 0, row.lines, row.status_version)
                for row in changed
            ]
        )


def _away(error: SQLAlchemyError) -> UnavailableError:
    reason = str(getattr(error, "orig", None) or type(error).__name__)
    return UnavailableError("the database", reason[:200].replace("\n", " "))
