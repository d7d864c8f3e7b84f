"""Flow control and the watch, on a loop of the test's own."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from swiftlog_core.errors import FrameInvalidError, TakenOverError
from swiftlog_server.bus.memory import MemoryEventBus
from swiftlog_server.errors import UnavailableError
from swiftlog_server.runs import streams as streams_module
from swiftlog_server.runs.commands import Appended, OpenCommand
from swiftlog_server.runs.ingest import LOST_AFTER_SECONDS, IngestService
from swiftlog_server.runs.streams import IngestStreams, StreamSession
from swiftlog_server.runs.watch import RunWatch
from swiftlog_server.storage.sql import SqlLogStore
from tests.unit.swiftlog_server.recording import Recording, numbered

if TYPE_CHECKING:
    from swiftlog_server.accounts.interfaces import Principal
    from swiftlog_server.db.engine import Database
    from swiftlog_server.runs.commands import Command
    from swiftlog_server.runs.writer import Done


class Held:
    """A writer that commits when it is told to."""

    def __init__(self, service: IngestService) -> None:
        self._service = service
        self.waiting: list[tuple[Command, Done]] = []

    def submit(self, command: Command, done: Done) -> None:
        self.waiting.append((command, done))

    def commit(self) -> None:
        waiting, self.waiting = self.waiting, []
        outcomes = self._service.commit([command for command, _ in waiting])
        for (_, done), outcome in zip(waiting, outcomes, strict=True):
            done(outcome)


@pytest.fixture
def service(database: Database) -> IngestService:
    return IngestService(database, SqlLogStore(database), MemoryEventBus(), "s")


async def attached(
    streams: IngestStreams, service: IngestService, admin: Principal, run: Recording
) -> StreamSession:
    service.commit([OpenCommand(admin, run.info())])
    return await streams.attach(admin, run.run_id, 1)


def test_a_stream_waits_for_the_disk_when_its_window_is_full(
    service: IngestService, admin: Principal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams_module, "WINDOW_FRAMES", 3)

    async def scenario() -> None:
        writer = Held(service)
        streams = IngestStreams(service, writer.submit)
        run = numbered(5)
        session = await attached(streams, service, admin, run)

        async def send() -> None:
            for frame in run.frames:
                await session.take(frame)
            session.end()

        sender = asyncio.create_task(send())
        for _ in range(20):  # as far as it gets
            await asyncio.sleep(0)
        assert len(writer.waiting) == 3
        assert not session.over
        writer.commit()
        assert session.durable_seq == 3
        await sender
        writer.commit()
        session.ack_due = False
        assert session.over
        assert session.durable_seq == 5
        streams.detach(session)
        streams.close()

    asyncio.run(scenario())


def test_all_streams_together_leave_room(
    service: IngestService, admin: Principal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams_module, "TOTAL_BYTES", 1)

    async def scenario() -> None:
        writer = Held(service)
        streams = IngestStreams(service, writer.submit)
        one, two = numbered(1), numbered(1)
        first = await attached(streams, service, admin, one)
        second = await attached(streams, service, admin, two)
        await first.take(one.frames[0])
        blocked = asyncio.create_task(second.take(two.frames[0]))
        await asyncio.sleep(0)
        assert len(writer.waiting) == 1
        writer.commit()
        await blocked
        writer.commit()
        assert (first.durable_seq, second.durable_seq) == (1, 1)
        streams.close()

    asyncio.run(scenario())


def test_big_frames_are_checked_on_a_thread_and_lies_are_raised(
    service: IngestService, admin: Principal
) -> None:
    async def scenario() -> None:
        streams = IngestStreams(service, Held(service).submit)
        run = Recording([(1, b"x" * 100_000 + b"\n")])
        session = await attached(streams, service, admin, run)
        with pytest.raises(FrameInvalidError):
            await session.take(run.frames[0]._replace(digest=b"\0" * 32))
        streams.close()

    asyncio.run(scenario())


def test_a_stopping_process_ends_streams_and_takes_no_new_ones(
    service: IngestService, admin: Principal
) -> None:
    async def scenario() -> None:
        streams = IngestStreams(service, Held(service).submit)
        run = numbered(2)
        session = await attached(streams, service, admin, run)
        streams.stop()
        assert isinstance(session.failure, UnavailableError)
        assert session.over
        await session.take(run.frames[0])  # dropped: the recorder sends it again
        late = await streams.attach(admin, run.run_id, 1)
        assert isinstance(late.failure, UnavailableError)
        streams.close()

    asyncio.run(scenario())


def test_the_watch_writes_heartbeats_and_ends_streams_that_were_taken_over(
    service: IngestService, admin: Principal
) -> None:
    async def scenario() -> None:
        streams = IngestStreams(service, Held(service).submit)
        kept, passed = numbered(1), numbered(1)
        alive = await attached(streams, service, admin, kept)
        dead = await attached(streams, service, admin, passed)
        service.commit([OpenCommand(admin, passed.info())])
        alive.heard = dead.heard = True
        watch = RunWatch(service, streams, clock=lambda: 0.0)
        await watch.make_round()
        assert alive.failure is None
        assert isinstance(dead.failure, TakenOverError)
        assert not alive.heard
        streams.close()

    asyncio.run(scenario())


def test_a_process_that_just_began_calls_no_run_lost(
    service: IngestService,
) -> None:
    async def scenario() -> None:
        now = [0.0]
        streams = IngestStreams(service, Held(service).submit)
        watch = RunWatch(service, streams, clock=lambda: now[0])
        lost: list[int] = []
        service.mark_lost = lambda: lost.append(1) or []  # type: ignore[method-assign,func-returns-value] # counts calls
        now[0] = LOST_AFTER_SECONDS - 0.1
        await watch.make_round()
        assert not lost
        now[0] = float(LOST_AFTER_SECONDS)
        await watch.make_round()
        assert lost
        streams.close()

    asyncio.run(scenario())


def test_outcomes_are_values_and_not_exceptions(
    service: IngestService, admin: Principal
) -> None:
    async def scenario() -> None:
        writer = Held(service)
        streams = IngestStreams(service, writer.submit)
        opening = asyncio.create_task(
            streams.execute(OpenCommand(admin, numbered(1).info()))
        )
        await asyncio.sleep(0)
        writer.commit()
        assert not isinstance(await opening, Appended)
        streams.close()

    asyncio.run(scenario())
