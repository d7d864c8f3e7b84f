"""The commit thread: order, batches, and never giving up."""

from __future__ import annotations

from threading import Event
from typing import TYPE_CHECKING

from swiftlog_core.errors import IngestError
from swiftlog_core.stream.layout import empty_position
from swiftlog_server.errors import UnavailableError
from swiftlog_server.runs.commands import AppendCommand, Appended
from swiftlog_server.runs.writer import CommitWriter
from tests.unit.swiftlog_server.recording import new_run_id

if TYPE_CHECKING:
    from collections.abc import Sequence

    from swiftlog_server.runs.commands import Command, Outcome
    from swiftlog_server.runs.writer import Delivery

RUN_ID = new_run_id()


def command(number: int) -> AppendCommand:
    return AppendCommand(RUN_ID, number, empty_position(RUN_ID), ())


def tell(deliveries: list[Delivery]) -> None:
    for done, outcome in deliveries:
        done(outcome)


def test_commands_gather_while_a_commit_runs_and_keep_their_order() -> None:
    first, go, batches = Event(), Event(), list[list[int]]()

    def commit(commands: Sequence[Command]) -> list[Outcome]:
        batches.append([c.epoch for c in commands if isinstance(c, AppendCommand)])
        first.set()
        assert go.wait(20)
        return [Appended(0) for _ in commands]

    told: list[Outcome] = []
    writer = CommitWriter(commit, tell)
    writer.start()
    writer.submit(command(0), told.append)
    assert first.wait(20)
    for number in range(1, 50):
        writer.submit(command(number), told.append)
    go.set()
    writer.stop()
    assert batches == [[0], list(range(1, 50))]
    assert len(told) == 50


def test_after_the_stop_commands_are_refused_and_none_is_lost() -> None:
    writer = CommitWriter(lambda commands: [Appended(1) for _ in commands], tell)
    told: list[Outcome] = []
    writer.submit(command(1), told.append)
    writer.start()
    writer.stop()
    writer.stop()
    writer.submit(command(2), told.append)
    assert told[0] == Appended(1)
    assert isinstance(told[1], UnavailableError)


def test_a_bug_in_the_commit_does_not_end_the_thread() -> None:
    def commit(commands: Sequence[Command]) -> list[Outcome]:
        if isinstance(commands[0], AppendCommand) and commands[0].epoch == 1:
            raise ZeroDivisionError
        return [Appended(1) for _ in commands]

    outcomes: list[Outcome] = []
    seen = Event()

    def done(outcome: Outcome) -> None:
        outcomes.append(outcome)
        seen.set()

    writer = CommitWriter(commit, tell)
    writer.start()
    writer.submit(command(1), done)
    assert seen.wait(20)
    writer.submit(command(2), done)
    writer.stop()
    assert isinstance(outcomes[0], IngestError)
    assert outcomes[1] == Appended(1)
