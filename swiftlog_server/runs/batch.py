"""Carries out a batch of ingest commands in one transaction.

Owns the rules by which a run advances. What a recorder or another ingestor did
meanwhile is read from the run's row, locked, and every advance is conditional on it:
the row is the truth and not what a process remembers. A refused command has changed
nothing (but for the mark of a conflict), so that the others of its batch stand.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import update

from swiftlog_core.errors import (
    CloseMismatchError,
    FrameConflictError,
    RunNotFoundError,
    SwiftLogError,
)
from swiftlog_core.events import LOST, Position
from swiftlog_server.bus.interfaces import MAX_INLINE_BYTES, RunEvent
from swiftlog_server.db.bulk import driver_time
from swiftlog_server.runs import lifecycle
from swiftlog_server.runs.checks import gap_error, taken_over
from swiftlog_server.runs.commands import (
    AppendCommand,
    Appended,
    CloseCommand,
    Command,
    OpenCommand,
    Outcome,
)
from swiftlog_server.runs.statements import ADVANCE, LOCK_STANDINGS, RUNS
from swiftlog_server.storage.interfaces import StoredFrame

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from sqlalchemy.engine import Connection

    from swiftlog_core.events import Frame
    from swiftlog_server.runs.commands import CheckedFrame
    from swiftlog_server.storage.interfaces import LogStore


class LostUpdateError(Exception):
    """Rows changed under our lock: the batch must be rolled back and tried again."""


class Standing(NamedTuple):
    """A run's row as a batch found it, and what the batch has added since."""

    epoch: int
    version: int
    closed: bool
    position: Position


class Batch:
    """One transaction's worth of commands. Use it once, on one thread."""

    def __init__(
        self, connection: Connection, store: LogStore, server: str, now: datetime
    ) -> None:
        """Work on *connection*; *server* signs receipts."""
        self._connection = connection
        self._store = store
        self._server = server
        self._now = now
        self._outcomes: dict[int, Outcome] = {}
        self._appends: dict[str, list[tuple[int, AppendCommand]]] = {}
        self._driver_now = driver_time(connection, now)
        self._advances: list[tuple[Any, ...]] = []
        self._frames: list[StoredFrame] = []
        self.events: list[RunEvent] = []

    def run(self, commands: Sequence[Command]) -> list[Outcome]:
        """Carry out *commands*; return their outcomes in the same order.

        Appends are collected and go to the database together; what else concerns
        their run waits until they are there.
        """
        for index, command in enumerate(commands):
            if isinstance(command, AppendCommand):
                self._appends.setdefault(command.run_id, []).append((index, command))
                continue
            if command.run_id in self._appends:
                self._flush()
            self._outcomes[index] = self._change(command)
        self._flush()
        return [self._outcomes[index] for index in range(len(commands))]

    def _change(self, command: OpenCommand | CloseCommand) -> Outcome:
        context = lifecycle.Context(self._connection, self._server, self._now)
        changed: lifecycle.Change
        try:
            if isinstance(command, OpenCommand):
                changed = lifecycle.open_run(context, command)
            else:
                changed = lifecycle.close_run(context, command)
        except SwiftLogError as error:
            return error
        if changed.event is not None:
            self.events.append(changed.event)
        return changed.outcome

    def _flush(self) -> None:
        if not self._appends:
            return
        standings = self._lock(self._appends)
        for run_id, entries in self._appends.items():
            standing = standings.get(run_id)
            if standing is None:
                for index, _ in entries:
                    self._outcomes[index] = RunNotFoundError(run_id)
            else:
                self._append(run_id, standing, entries)
        self._write()
        self._appends.clear()

    def _lock(self, run_ids: Iterable[str]) -> dict[str, Standing]:
        """Read and lock the runs' rows, always in one order: no deadlock."""
        rows = self._connection.execute(LOCK_STANDINGS, {"b_runs": sorted(run_ids)})
        return {
            row.id: Standing(
                row.epoch,
                row.status_version + (row.status == LOST and row.receipt_at is None),
                row.receipt_at is not None,
                Position(*row[5:]),
            )
            for row in rows
        }

    def _append(
        self,
        run_id: str,
        standing: Standing,
        entries: Sequence[tuple[int, AppendCommand]],
    ) -> None:
        """Decide what of one run's appends is new, and note it for writing."""
        position = standing.position
        taken: list[CheckedFrame] = []
        for index, command in entries:
            try:
                if command.epoch != standing.epoch:
                    raise taken_over(run_id, position.seq)
                fresh = self._fresh(position, command, taken)
                if fresh and standing.closed:
                    raise _closed(run_id, position.seq)
            except SwiftLogError as error:
                self._outcomes[index] = error
                continue
            taken += fresh
            if fresh and fresh[-1].end is not None:
                position = fresh[-1].end
            self._outcomes[index] = Appended(position.seq)
        if taken:
            self._note(run_id, standing, position, taken)

    def _fresh(
        self,
        position: Position,
        command: AppendCommand,
        taken: Sequence[CheckedFrame],
    ) -> list[CheckedFrame]:
        """Return the frames of *command* that continue *position*.

        Those that are stored, or *taken* from this batch, are compared.
        """
        known: list[Frame] = []
        fresh: list[CheckedFrame] = []
        at, skipped = command.start, 0
        for checked in command.frames:
            seq = checked.frame.seq
            if seq <= position.seq:
                known.append(checked.frame)
            elif checked.end is None or (not fresh and at != position):
                skipped = seq
                break
            else:
                fresh.append(checked)
            at = checked.end or at
        self._compare(command.run_id, position.seq, known, taken)
        if skipped and at.seq == position.seq:  # the same place of another log
            raise self._conflict(command.run_id, skipped, position.seq)
        if skipped:
            raise gap_error(skipped, position.seq)
        return fresh

    def _compare(
        self,
        run_id: str,
        durable_seq: int,
        known: Sequence[Frame],
        taken: Sequence[CheckedFrame],
    ) -> None:
        """Compare repeated frames with those stored or *taken* from this batch."""
        if not known:
            return
        digests = {checked.frame.seq: checked.frame.digest for checked in taken}
        seqs = [frame.seq for frame in known if frame.seq not in digests]
        digests |= self._store.digests(self._connection, run_id, seqs)
        for frame in known:
            if digests.get(frame.seq) != frame.digest:
                raise self._conflict(run_id, frame.seq, durable_seq)

    def _conflict(self, run_id: str, seq: int, durable_seq: int) -> FrameConflictError:
        """Mark the run as conflicted and return the error that says why."""
        self._connection.execute(
            update(RUNS)
            .where(RUNS.c.id == run_id)
            .values(conflicted=True, status_version=RUNS.c.status_version + 1)
        )
        message = (
            f"frame {seq} of run {run_id} is not of the log that is stored: two "
            "recorders use one run id; nothing was overwritten"
        )
        return FrameConflictError(message, durable_seq)

    def _note(
        self,
        run_id: str,
        standing: Standing,
        end: Position,
        taken: Sequence[CheckedFrame],
    ) -> None:
        gaps = sum(checked.gaps for checked in taken)
        gap_bytes = sum(checked.gap_bytes for checked in taken)
        expected = (run_id, standing.epoch, standing.position.seq)
        self._advances.append((*expected, *end, gaps, gap_bytes, self._driver_now))
        for checked in taken:
            frame = checked.frame
            self._frames.append(StoredFrame(run_id, frame))
            inline = frame if len(frame.payload) <= MAX_INLINE_BYTES else None
            lines = checked.end.lines if checked.end is not None else end.lines
            self.events.append(
                RunEvent(
                    run_id, frame.seq, frame.first_line, lines, standing.version, inline
                )
            )

    def _write(self) -> None:
        """Advance the runs and store the frames, two statements for all of them."""
        if not self._advances:
            return
        advanced = ADVANCE.execute(self._connection, self._advances)
        stored = self._store.append(self._connection, self._frames)
        if advanced != len(self._advances) or stored != len(self._frames):
            raise LostUpdateError
        self._advances, self._frames = [], []


def _closed(run_id: str, durable_seq: int) -> CloseMismatchError:
    message = f"run {run_id} is closed with {durable_seq} frames; no more are taken"
    return CloseMismatchError(message, durable_seq)
