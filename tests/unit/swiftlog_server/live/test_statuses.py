"""The board tells each watcher the newest state of every run within its reach."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from swiftlog_server.accounts.interfaces import Reach
from swiftlog_server.bus.memory import MemoryEventBus
from swiftlog_server.live.statuses import StatusBoard, StatusWatcher
from swiftlog_server.runs.ingest import IngestService
from swiftlog_server.storage.sql import SqlLogStore
from tests.unit.swiftlog_server.delivery import deliver
from tests.unit.swiftlog_server.recording import numbered

if TYPE_CHECKING:
    from swiftlog_server.accounts.interfaces import Principal
    from swiftlog_server.db.engine import Database

ALL = Reach(everything=True)
NEVER = 3600.0
SOON = 0.02


class Stand:
    """A board, and an ingest whose hints it hears or not."""

    def __init__(self, database: Database, *, hints: bool, poll: float) -> None:
        bus = MemoryEventBus(lambda _: not hints)
        self.ingest = IngestService(database, SqlLogStore(database), bus, "here")
        self.board = StatusBoard(database, bus, poll_seconds=poll)


async def seen(watcher: StatusWatcher, run_id: str, status: str) -> None:
    """Return when the watcher is told that the run has that status."""
    while True:
        state = await asyncio.wait_for(watcher.next(), 20)
        if (state.run_id, state.status) == (run_id, status):
            return


@pytest.mark.parametrize(("hints", "poll"), [(True, NEVER), (False, SOON)])
def test_a_run_is_told_when_it_begins_and_ends_by_hint_or_by_poll(
    database: Database, admin: Principal, hints: bool, poll: float
) -> None:
    async def scenario() -> None:
        stand = Stand(database, hints=hints, poll=poll)
        stand.board.open()
        watcher = stand.board.join(ALL)
        run, other = numbered(2), numbered(1)
        await asyncio.to_thread(deliver, stand.ingest, admin, run, close=False)
        await seen(watcher, run.run_id, "running")
        await asyncio.to_thread(deliver, stand.ingest, admin, other)
        await seen(watcher, other.run_id, "success")
        await stand.board.close()

    asyncio.run(scenario())


def test_who_joins_later_begins_with_what_runs(
    database: Database, admin: Principal
) -> None:
    async def scenario() -> None:
        stand = Stand(database, hints=True, poll=NEVER)
        stand.board.open()
        run = numbered(1)
        deliver(stand.ingest, admin, run, close=False)
        for _ in range(2):
            await seen(stand.board.join(ALL), run.run_id, "running")
        await stand.board.close()

    asyncio.run(scenario())


def test_a_foreign_run_is_not_told(database: Database, admin: Principal) -> None:
    async def scenario() -> None:
        stand = Stand(database, hints=True, poll=NEVER)
        stand.board.open()
        first, second = numbered(1), numbered(1)
        deliver(stand.ingest, admin, first, project="a", close=False)
        nobody = stand.board.join(Reach(everything=False))
        both = stand.board.join(ALL)
        await seen(both, first.run_id, "running")
        deliver(stand.ingest, admin, second, project="b", close=False)
        await seen(both, second.run_id, "running")
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(nobody.next(), 0.05)
        await stand.board.close()

    asyncio.run(scenario())


def test_a_slow_watcher_holds_one_state_a_run(
    database: Database, admin: Principal
) -> None:
    async def scenario() -> None:
        stand = Stand(database, hints=True, poll=NEVER)
        stand.board.open()
        slow, quick = stand.board.join(ALL), stand.board.join(ALL)
        run = numbered(3)
        await asyncio.to_thread(deliver, stand.ingest, admin, run)
        await seen(quick, run.run_id, "success")
        state = await asyncio.wait_for(slow.next(), 10)
        assert state.status == "success"
        assert '"type":"status"' in state.message()
        stand.board.leave(slow)
        stand.board.leave(quick)
        stand.board.leave(quick)
        await stand.board.close()

    asyncio.run(scenario())
