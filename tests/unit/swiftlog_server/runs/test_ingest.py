"""Batches of commands against a real database, and runs that fall silent."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from swiftlog_core.errors import (
    CloseMismatchError,
    FrameConflictError,
    IngestError,
    RunNotFoundError,
    SequenceGapError,
    TakenOverError,
    UsageError,
)
from swiftlog_core.events import FAILED, LOST, RUNNING, STDOUT
from swiftlog_server.accounts.interfaces import READ
from swiftlog_server.bus.memory import MemoryEventBus
from swiftlog_server.errors import ScopeTooLowError, UnavailableError
from swiftlog_server.runs.checks import check_frame
from swiftlog_server.runs.commands import (
    AppendCommand,
    Appended,
    CloseCommand,
    ClosedRun,
    OpenCommand,
    OpenedRun,
)
from swiftlog_server.runs.ingest import LOST_AFTER_SECONDS, IngestService
from swiftlog_server.runs.service import RunService
from swiftlog_server.storage.sql import SqlLogStore
from tests.unit.swiftlog_server.recording import Loss, Recording, numbered

if TYPE_CHECKING:
    from swiftlog_server.accounts.interfaces import Principal
    from swiftlog_server.bus.interfaces import RunEvent
    from swiftlog_server.db.engine import Database
    from swiftlog_server.runs.service import RunFacts


class Stand:
    """An ingest with a clock of its own and a memory of its events."""

    def __init__(self, database: Database, admin: Principal) -> None:
        self.database = database
        self.admin = admin
        self.time = datetime(2026, 1, 1, tzinfo=UTC)
        self.events: list[RunEvent] = []
        bus = MemoryEventBus()
        bus.subscribe(None, self.events.append)
        self.store = SqlLogStore(database)
        self.service = IngestService(
            database, self.store, bus, "here", now=lambda: self.time
        )

    def open(self, run: Recording) -> OpenedRun:
        (outcome,) = self.service.commit([OpenCommand(self.admin, run.info())])
        assert isinstance(outcome, OpenedRun)
        return outcome

    def row(self, run: Recording) -> RunFacts:
        return RunService(self.database).get(self.admin, run.run_id).run


@pytest.fixture
def stand(database: Database, admin: Principal) -> Stand:
    return Stand(database, admin)


def append(run: Recording, first: int, last: int, *, epoch: int = 1) -> AppendCommand:
    """Return the command for frames [first, last]."""
    checked = tuple(
        check_frame(run.positions[seq - 1], run.frames[seq - 1], 0)
        for seq in range(first, last + 1)
    )
    return AppendCommand(run.run_id, epoch, run.positions[first - 1], checked)


def test_a_whole_life_fits_into_one_batch(stand: Stand) -> None:
    runs = [numbered(5), numbered(7)]
    outcomes = stand.service.commit(
        [
            *(OpenCommand(stand.admin, run.info()) for run in runs),
            append(runs[0], 1, 2),
            append(runs[1], 1, 7),
            append(runs[0], 3, 5),
            *(CloseCommand(stand.admin, run.closing(1)) for run in runs),
        ]
    )
    assert outcomes[2:5] == [Appended(2), Appended(7), Appended(5)]
    for run, outcome in zip(runs, outcomes[5:], strict=True):
        assert isinstance(outcome, ClosedRun)
        assert outcome.receipt.chain == run.end.chain
        assert outcome.receipt.acknowledged_by == "here"
        assert list(stand.store.frames(run.run_id)) == run.frames
        row = stand.row(run)
        assert (row.status, row.exit_code, row.ai_status) == ("success", 0, "none")
        assert (row.branch, row.commit_sha) == ("main", "c0ffee")
        assert row.end_time is not None
        assert row.end_time - row.start_time == timedelta(seconds=5)


def test_a_refused_command_leaves_its_batch_alone(stand: Stand) -> None:
    good, bad, unknown = numbered(3), numbered(3), numbered(1)
    stand.open(good)
    stand.open(bad)
    outcomes = stand.service.commit(
        [
            append(bad, 2, 3),
            append(good, 1, 3),
            append(unknown, 1, 1),
            append(bad, 1, 1, epoch=9),
            append(bad, 1, 1),
        ]
    )
    assert isinstance(outcomes[0], SequenceGapError)
    assert outcomes[1] == Appended(3)
    assert isinstance(outcomes[2], RunNotFoundError)
    assert isinstance(outcomes[3], TakenOverError)
    assert outcomes[4] == Appended(1)


def test_repeated_frames_count_once_wherever_they_come_from(stand: Stand) -> None:
    run = numbered(6)
    stand.open(run)
    outcomes = stand.service.commit(
        [append(run, 1, 3), append(run, 2, 5), append(run, 1, 2), append(run, 6, 6)]
    )
    assert outcomes == [Appended(3), Appended(5), Appended(5), Appended(6)]
    assert list(stand.store.frames(run.run_id)) == run.frames


def test_a_fork_of_the_log_is_a_conflict(stand: Stand) -> None:
    run = numbered(3)
    fork = Recording([(STDOUT, b"other\n")] * 3, run_id=run.run_id)
    stand.open(run)
    outcomes = stand.service.commit([append(run, 1, 2), append(fork, 1, 3)])
    assert outcomes[0] == Appended(2)
    assert isinstance(outcomes[1], FrameConflictError)
    assert stand.row(run).conflicted
    (late,) = stand.service.commit([append(fork, 3, 3)])
    assert isinstance(late, FrameConflictError)
    assert list(stand.store.frames(run.run_id)) == run.frames[:2]


def test_gaps_are_counted_from_the_frames(stand: Stand) -> None:
    run = Recording([(STDOUT, b"a\n"), Loss(STDOUT, 5), Loss(STDOUT, 6)])
    stand.open(run)
    lying = run.closing(1)._replace(gap_bytes=5)
    outcomes = stand.service.commit(
        [
            append(run, 1, 3),
            CloseCommand(stand.admin, lying),
            CloseCommand(stand.admin, run.closing(1, FAILED, -(2**31))),
        ]
    )
    assert isinstance(outcomes[1], CloseMismatchError)
    row = stand.row(run)
    assert (row.gaps, row.gap_bytes) == (2, 11)
    assert (row.status, row.exit_code) == (FAILED, -(2**31))


def test_what_no_column_can_hold_is_refused(stand: Stand) -> None:
    run = numbered(1)
    stand.open(run)
    good = run.closing(1)
    for wrong in (
        good._replace(exit=good.exit._replace(status=RUNNING)),
        good._replace(exit=good.exit._replace(duration_ns=2**63)),
        good._replace(exit=good.exit._replace(signal=2**31)),
        good._replace(sha256_stdout=b"short"),
    ):
        (outcome,) = stand.service.commit([CloseCommand(stand.admin, wrong)])
        assert isinstance(outcome, UsageError)


def test_a_wild_clock_and_nul_characters_are_stored_as_well_as_can_be(
    stand: Stand,
) -> None:
    run = numbered(1)
    info = run.info()._replace(started_ns=-(2**60), argv=("a\0b",), meta={"k": "\0"})
    (outcome,) = stand.service.commit([OpenCommand(stand.admin, info)])
    assert isinstance(outcome, OpenedRun)
    row = stand.row(run)
    assert row.start_time == stand.time
    assert row.argv == ["a\ufffdb"]


def test_a_reader_opens_nothing(stand: Stand) -> None:
    reader = stand.admin._replace(scope=READ)
    (outcome,) = stand.service.commit([OpenCommand(reader, numbered(1).info())])
    assert isinstance(outcome, ScopeTooLowError)


def test_a_silent_run_is_lost_and_returns_to_life(stand: Stand) -> None:
    run = numbered(2)
    stand.open(run)
    stand.time += timedelta(seconds=LOST_AFTER_SECONDS)
    assert stand.service.mark_lost() == []
    stand.time += timedelta(seconds=1)
    assert stand.service.mark_lost() == [run.run_id]
    row = stand.row(run)
    assert (row.status, row.exit_code, row.cause) == (LOST, None, "unknown")
    assert row.end_time == datetime(2026, 1, 1, tzinfo=UTC)
    assert stand.events[-1].status_version == row.status_version
    assert stand.service.mark_lost() == []
    assert stand.service.touch([(run.run_id, 1)]) == set()
    row = stand.row(run)
    assert (row.status, row.cause, row.end_time) == (RUNNING, "", None)
    assert stand.events[-1].status_version == row.status_version


def test_a_lost_run_lives_again_when_it_grows_or_is_opened(stand: Stand) -> None:
    run = numbered(2)
    stand.open(run)
    for revive in (
        lambda: stand.service.commit([append(run, 1, 2)]),
        lambda: stand.open(run),
    ):
        stand.time += timedelta(seconds=LOST_AFTER_SECONDS + 1)
        stand.service.mark_lost()
        lost = stand.row(run)
        assert lost.status == LOST
        revive()
        row = stand.row(run)
        assert (row.status, row.end_time) == (RUNNING, None)
        assert row.status_version == lost.status_version + 1
        assert stand.events[-1].status_version == row.status_version


def test_a_run_that_was_closed_as_lost_stays_so(stand: Stand) -> None:
    run = numbered(1)
    stand.open(run)
    closing = run.closing(1, LOST, 137)
    stand.service.commit([append(run, 1, 1), CloseCommand(stand.admin, closing)])
    stand.service.touch([(run.run_id, 1)])
    row = stand.row(run)
    assert (row.status, row.exit_code) == (LOST, None)
    assert stand.open(run).receipt is not None


def test_heartbeats_of_a_passed_epoch_are_told_apart(stand: Stand) -> None:
    run = numbered(1)
    stand.open(run)
    stand.open(run)
    assert stand.service.touch([(run.run_id, 1)]) == {run.run_id}
    assert stand.service.touch([(run.run_id, 2)]) == set()


def test_an_epoch_of_the_future_means_an_older_copy_of_the_data(stand: Stand) -> None:
    run = numbered(1)
    stand.open(run)
    with pytest.raises(IngestError, match="open it again"):
        stand.service.attach(stand.admin, run.run_id, 7)
    with pytest.raises(RunNotFoundError):
        stand.service.attach(stand.admin, numbered(1).run_id, 1)


def test_hints_carry_small_frames_and_name_the_big_ones(stand: Stand) -> None:
    noise = bytes(range(256)) * 400
    run = Recording([(STDOUT, b"small\n"), (STDOUT, noise.replace(b"\n", b"n"))])
    stand.open(run)
    stand.events.clear()
    stand.service.commit([append(run, 1, 2)])
    assert [(e.seq, e.first_line, e.end_line) for e in stand.events] == [
        (1, 1, 1),
        (2, 2, 2),
    ]
    assert stand.events[0].frame == run.frames[0]


def test_a_database_that_is_away_is_an_error_to_try_again(stand: Stand) -> None:
    run = numbered(1)
    stand.open(run)
    with stand.database.write_connection() as connection:
        connection.execute(text("ALTER TABLE log_frames RENAME TO hidden"))
    outcomes = stand.service.commit([append(run, 1, 1), append(run, 1, 1)])
    assert all(isinstance(outcome, UnavailableError) for outcome in outcomes)
    with stand.database.write_connection() as connection:
        connection.execute(text("ALTER TABLE hidden RENAME TO log_frames"))
    assert stand.service.commit([append(run, 1, 1)]) == [Appended(1)]


def test_a_command_that_breaks_its_transaction_takes_no_other_with_it(
    stand: Stand,
) -> None:
    good, bad = numbered(1), numbered(1)
    stand.open(good)
    stand.open(bad)
    command = append(bad, 1, 1)
    (checked,) = command.frames
    monstrous = checked._replace(frame=checked.frame._replace(t_last_ns=2**64))
    outcomes = stand.service.commit(
        [command._replace(frames=(monstrous,)), append(good, 1, 1)]
    )
    assert isinstance(outcomes[0], IngestError)
    assert outcomes[1] == Appended(1)
