"""How a run begins, is taken over, and ends: the changes of one row.

Works on the caller's connection, in its transaction; every function has read the row
under a lock before it changes it.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from sqlalchemy import Row, bindparam, select, update
from sqlmodel import SQLModel

from swiftlog_core.errors import (
    CloseMismatchError,
    RunNotFoundError,
    UsageError,
)
from swiftlog_core.events import LOST, RUNNING, Position, Receipt
from swiftlog_core.stream.layout import empty_position
from swiftlog_server.accounts.interfaces import INGEST
from swiftlog_server.bus.interfaces import RunEvent
from swiftlog_server.db.upsert import insert_missing
from swiftlog_server.errors import RunForeignError
from swiftlog_server.projects.placement import place_run
from swiftlog_server.runs.checks import gap_error, taken_over
from swiftlog_server.runs.commands import ClosedRun, OpenedRun
from swiftlog_server.runs.models import LogRun

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from swiftlog_core.events import RunInfo
    from swiftlog_core.wire.codec import Closing
    from swiftlog_server.accounts.interfaces import Principal
    from swiftlog_server.runs.commands import CloseCommand, OpenCommand

_RUNS: Final = SQLModel.metadata.tables[LogRun.__tablename__]
# What its life needs of a run's row; the rest is long and only people read it.
_LIFE: Final = [
    _RUNS.c[name]
    for name in (
        "id",
        "project_id",
        "user_id",
        "status_version",
        "start_time",
        "epoch",
        *("last_seq", "lines", "size", "open_stdout", "open_stderr", "chain"),
        *("gaps", "gap_bytes", "sha256_stdout", "sha256_stderr", "receipt_at"),
    )
]
_READ: Final = select(*_LIFE).where(_RUNS.c.id == bindparam("b_run"))
_LOCK: Final = _READ.with_for_update()
_BIGGEST: Final = 2**63 - 1
_BIGGEST_SIGNAL: Final = 2**31 - 1
_DIGEST_BYTES: Final = 32
_LATEST_NS: Final = 7_258_118_400 * 1_000_000_000  # the year 2200


class Context(NamedTuple):
    """Where and when a change happens, and who signs receipts."""

    connection: Connection
    server: str
    now: datetime


class Change(NamedTuple):
    """What a recorder is answered, and what watchers are told, if anything."""

    outcome: OpenedRun | ClosedRun
    event: RunEvent | None = None


def open_run(context: Context, command: OpenCommand) -> Change:
    """Create the run, or take it over with the next epoch.

    A run with a receipt stays as it is. Raises ``RunForeignError`` and whatever
    refuses the principal its project.
    """
    principal, info = command
    principal.require_scope(INGEST)
    row = _locked(context, info.run_id)
    if row is None:
        if insert_missing(context.connection, LogRun, _new(context, command)):
            opened = OpenedRun(info.run_id, 1, empty_position(info.run_id))
            return Change(opened, RunEvent(info.run_id, 0, 0, 0, 1))
        row = _locked(context, info.run_id)  # another ingestor was first
    if row is None:
        raise RunNotFoundError(info.run_id)
    _require_opener(principal, row)
    position = position_of(row)
    if row.receipt_at is not None:
        receipt = receipt_of(row, context.server)
        return Change(OpenedRun(row.id, row.epoch, position, receipt))
    version = row.status_version + 1
    context.connection.execute(
        update(_RUNS)
        .where(_RUNS.c.id == row.id)
        .values(
            epoch=row.epoch + 1,
            status=RUNNING,
            status_version=version,
            cause="",
            end_time=None,
            last_heartbeat=context.now,
        )
    )
    event = RunEvent(row.id, position.seq, 0, position.lines, version)
    return Change(OpenedRun(row.id, row.epoch + 1, position), event)


def close_run(context: Context, command: CloseCommand) -> Change:
    """End the run; asked again, give the same receipt.

    Raises ``TakenOverError``, ``SequenceGapError`` when frames are missing here and
    ``CloseMismatchError`` when the recorder's end is another than ours.
    """
    principal, closing = command
    principal.require_scope(INGEST)
    _check_closing(closing)
    row = _locked(context, closing.run_id)
    if row is None:
        raise RunNotFoundError(closing.run_id)
    _require_opener(principal, row)
    position = position_of(row)
    if row.receipt_at is None:
        if closing.epoch != row.epoch:
            raise taken_over(row.id, position.seq)
        if closing.position.seq > position.seq:
            raise gap_error(closing.position.seq, position.seq)
    _compare(row, position, closing)
    if row.receipt_at is not None:
        return Change(ClosedRun(receipt_of(row, context.server)))
    version = row.status_version + 1
    values = _ending(context, row, closing) | {"status_version": version}
    context.connection.execute(update(_RUNS).where(_RUNS.c.id == row.id).values(values))
    event = RunEvent(row.id, position.seq, 0, position.lines, version)
    closed = _locked(context, row.id)
    return Change(ClosedRun(receipt_of(closed or row, context.server)), event)


def position_of(row: Row[Any]) -> Position:
    """Return where the log of a run's row stands."""
    return Position(
        row.last_seq, row.lines, row.size, row.open_stdout, row.open_stderr, row.chain
    )


def receipt_of(row: Row[Any], server: str) -> Receipt:
    """Return the receipt of a closed run's row, signed by *server*."""
    return Receipt(
        row.id,
        row.size,
        row.lines,
        row.last_seq,
        row.chain,
        row.sha256_stdout or b"",
        row.sha256_stderr or b"",
        row.gaps,
        row.gap_bytes,
        server,
    )


def _locked(context: Context, run_id: str) -> Row[Any] | None:
    return context.connection.execute(_LOCK, {"b_run": run_id}).first()


def standing(connection: Connection, principal: Principal, run_id: str) -> Row[Any]:
    """Return a run's row for its own recorder, without a lock.

    Raises ``RunNotFoundError``, ``RunForeignError``, ``ScopeTooLowError``.
    """
    principal.require_scope(INGEST)
    row = connection.execute(_READ, {"b_run": run_id}).first()
    if row is None:
        raise RunNotFoundError(run_id)
    _require_opener(principal, row)
    return row


def _require_opener(principal: Principal, row: Row[Any]) -> None:
    """A run belongs to the user who opened it, whichever token speaks for them now."""
    bound_elsewhere = principal.project_id not in (None, row.project_id)
    if row.user_id != principal.user_id or bound_elsewhere:
        raise RunForeignError(row.id)


def _new(context: Context, command: OpenCommand) -> dict[str, Any]:
    principal, info = command
    place = place_run(context.connection, principal, info, context.now)
    started_ns = info.started_ns
    if not 0 <= started_ns <= _LATEST_NS:  # a wild clock; ours is nearer
        started_ns = int(context.now.timestamp() * 1_000_000_000)
    return {
        **_described(info),
        "id": info.run_id,
        "project_id": place.project_id,
        "group_id": place.group_id,
        "parent_run_id": info.parent_run_id or None,
        "user_id": principal.user_id,
        "opened_by": principal.key,
        "status": RUNNING,
        "signal": 0,
        "cause": "",
        "started_ns": started_ns,
        "start_time": datetime.fromtimestamp(started_ns / 1e9, UTC),
        "last_heartbeat": context.now,
        "status_version": 1,
        "epoch": 1,
        "last_seq": 0,
        "lines": 0,
        "size": 0,
        "open_stdout": 0,
        "open_stderr": 0,
        "chain": empty_position(info.run_id).chain,
        "gaps": 0,
        "gap_bytes": 0,
        "conflicted": False,
        "ai_status": "none",
    }


def _described(info: RunInfo) -> dict[str, Any]:
    """Return the columns that say what was run; NUL is no text for PostgreSQL."""
    meta = {_clean(key): _clean(value) for key, value in info.meta.items()}
    ci = {_clean(key): _clean(value) for key, value in info.ci.items()}
    return {
        "argv": [_clean(word) for word in info.argv],
        "cwd": _clean(info.cwd),
        "host": _clean(info.host),
        "tty": info.tty,
        "merged": info.merged,
        "meta": meta,
        "ci": ci,
        "branch": (ci.get("branch") or meta.get("branch") or "")[:255],
        "commit_sha": (ci.get("commit") or meta.get("commit") or "")[:64],
        "client_version": _clean(info.client_version),
    }


def _clean(text: str) -> str:
    return text.replace("\0", "\N{REPLACEMENT CHARACTER}")


def _check_closing(closing: Closing) -> None:
    """Refuse what no column can hold, or what is no end."""
    ended, digests = closing.exit, (closing.sha256_stdout, closing.sha256_stderr)
    if ended.status == RUNNING:
        message = "a run is closed with the status in which it ended, not `running`"
        raise UsageError(message)
    if any(len(digest) != _DIGEST_BYTES for digest in digests):
        message = f"a SHA-256 has {_DIGEST_BYTES} bytes"
        raise UsageError(message)
    if ended.duration_ns > _BIGGEST or ended.signal > _BIGGEST_SIGNAL:
        message = "duration or signal is beyond what can be"
        raise UsageError(message)


def _compare(row: Row[Any], position: Position, closing: Closing) -> None:
    ours = {
        **position._asdict(),
        "gaps": row.gaps,
        "gap_bytes": row.gap_bytes,
    }
    theirs = {
        **closing.position._asdict(),
        "gaps": closing.gaps,
        "gap_bytes": closing.gap_bytes,
    }
    if row.receipt_at is not None:
        ours |= {"stdout": row.sha256_stdout, "stderr": row.sha256_stderr}
        theirs |= {"stdout": closing.sha256_stdout, "stderr": closing.sha256_stderr}
    wrong = [name for name, value in ours.items() if theirs[name] != value]
    if wrong:
        message = (
            f"run {row.id} does not end here as its recorder says: {', '.join(wrong)} "
            "differ; `swiftlog verify` names the first bad frame of its spool"
        )
        raise CloseMismatchError(message, position.seq)


def _ending(context: Context, row: Row[Any], closing: Closing) -> dict[str, Any]:
    ended = closing.exit
    duration = timedelta(microseconds=ended.duration_ns // 1000)
    return {
        "status": ended.status,
        "exit_code": None if ended.status == LOST else ended.exit_code,
        "signal": ended.signal,
        "cause": _clean(ended.cause),
        "duration_ns": ended.duration_ns,
        "end_time": row.start_time + duration,
        "sha256_stdout": closing.sha256_stdout,
        "sha256_stderr": closing.sha256_stderr,
        "receipt_at": context.now,
        "last_heartbeat": context.now,
    }
