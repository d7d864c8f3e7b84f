"""The hub knows how far a run is, whatever becomes of the hints."""

from __future__ import annotations

import asyncio
import random
from typing import TYPE_CHECKING

import pytest

from swiftlog_core.errors import RunNotFoundError
from swiftlog_server.bus.memory import MemoryEventBus
from swiftlog_server.live.hub import LiveHub, RunFeed
from tests.unit.swiftlog_server.live.fakes import MemoryLogs
from tests.unit.swiftlog_server.recording import numbered

if TYPE_CHECKING:
    from swiftlog_core.events import Frame

NEVER = 3600.0
SOON = 0.01


async def read_to(hub: LiveHub, feed: RunFeed, end: int, seq: int = 0) -> list[Frame]:
    frames: list[Frame] = []
    while seq < end:
        head = feed.head
        if seq >= head.seq:
            await feed.wait_beyond(head, 10)
            continue
        got = await hub.frames_after(feed, seq)
        frames += got
        seq = got[-1].seq if got else seq
    return frames


def test_an_unknown_run_cannot_be_watched() -> None:
    async def scenario() -> None:
        hub = LiveHub(MemoryLogs(numbered(1)), MemoryEventBus())
        with pytest.raises(RunNotFoundError):
            await hub.watch("another")

    asyncio.run(scenario())


def test_fresh_frames_come_from_hints_without_a_read() -> None:
    async def scenario() -> None:
        logs, bus = MemoryLogs(numbered(10)), MemoryEventBus()
        hub = LiveHub(logs, bus, poll_seconds=NEVER)
        feed = await hub.watch(logs.recording.run_id)
        for logs.seq in range(1, 11):
            bus.publish([logs.event()])
            await asyncio.sleep(0)
        assert await read_to(hub, feed, 10) == logs.recording.frames
        assert logs.frame_reads == 0

    asyncio.run(scenario())


def test_a_hint_that_was_lost_is_read_from_the_store_behind_the_next() -> None:
    async def scenario() -> None:
        logs, bus = MemoryLogs(numbered(40)), MemoryEventBus()
        hub = LiveHub(logs, bus, poll_seconds=NEVER)
        feed = await hub.watch(logs.recording.run_id)
        chance = random.Random(3)
        for logs.seq in range(1, 41):
            if logs.seq == 40 or chance.random() > 0.3:
                bus.publish([logs.event(inline=chance.random() > 0.2)])
        assert await read_to(hub, feed, 40) == logs.recording.frames

    asyncio.run(scenario())


def test_the_poll_finds_what_no_hint_told() -> None:
    async def scenario() -> None:
        logs = MemoryLogs(numbered(5))
        hub = LiveHub(logs, MemoryEventBus(), poll_seconds=SOON)
        hub.open()
        feed = await hub.watch(logs.recording.run_id)
        logs.seq, logs.version, logs.closed = 5, 2, True
        assert await read_to(hub, feed, 5) == logs.recording.frames
        while not feed.head.closed:
            await feed.wait_beyond(feed.head, 10)
        await hub.close()

    asyncio.run(scenario())


def test_a_repeated_or_late_hint_changes_nothing() -> None:
    async def scenario() -> None:
        logs, bus = MemoryLogs(numbered(6)), MemoryEventBus()
        hub = LiveHub(logs, bus, poll_seconds=NEVER)
        feed = await hub.watch(logs.recording.run_id)
        events = []
        for logs.seq in range(1, 7):
            events.append(logs.event())
        bus.publish([*events, events[2], events[0]])
        await asyncio.sleep(0)
        assert feed.head.seq == 6
        assert await read_to(hub, feed, 6) == logs.recording.frames

    asyncio.run(scenario())


def test_a_new_version_is_read_at_once() -> None:
    async def scenario() -> None:
        logs, bus = MemoryLogs(numbered(2), seq=2), MemoryEventBus()
        hub = LiveHub(logs, bus, poll_seconds=NEVER)
        feed = await hub.watch(logs.recording.run_id)
        logs.version, logs.closed = 2, True
        before = feed.head
        bus.publish([logs.event(inline=False)])
        await feed.wait_beyond(before, 10)
        assert feed.head.closed

    asyncio.run(scenario())


def test_a_deleted_run_ends_its_feed() -> None:
    async def scenario() -> None:
        logs = MemoryLogs(numbered(1), seq=1)
        hub = LiveHub(logs, MemoryEventBus(), poll_seconds=SOON)
        hub.open()
        feed = await hub.watch(logs.recording.run_id)
        logs.gone = True
        await feed.wait_beyond(feed.head, 10)
        assert feed.gone
        await hub.close()

    asyncio.run(scenario())


def test_the_last_watcher_ends_the_subscription_and_the_polling() -> None:
    async def scenario() -> None:
        logs, bus = MemoryLogs(numbered(1)), MemoryEventBus()
        hub = LiveHub(logs, bus, poll_seconds=SOON)
        hub.open()
        run_id = logs.recording.run_id
        first, second = await hub.watch(run_id), await hub.watch(run_id)
        assert first is second
        hub.leave(run_id)
        hub.leave(run_id)
        hub.leave(run_id)  # of nobody: nothing
        reads = logs.head_reads
        await asyncio.sleep(SOON * 5)
        assert logs.head_reads == reads
        assert await hub.watch(run_id) is not first
        await hub.close()

    asyncio.run(scenario())


def test_a_store_that_is_away_for_a_while_is_asked_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def scenario() -> None:
        logs = MemoryLogs(numbered(3))
        hub = LiveHub(logs, MemoryEventBus(), poll_seconds=SOON)
        hub.open()
        feed = await hub.watch(logs.recording.run_id)

        def away(_: object) -> None:
            raise ConnectionError

        monkeypatch.setattr(logs, "heads", away)
        await asyncio.sleep(SOON * 5)
        monkeypatch.undo()
        logs.seq = 3
        assert await read_to(hub, feed, 3) == logs.recording.frames
        await hub.close()

    asyncio.run(scenario())


def test_what_is_kept_fresh_is_bounded() -> None:
    logs = MemoryLogs(numbered(200))
    feed = RunFeed(logs.head())
    for logs.seq in range(1, 201):
        feed.hint(logs.event())
    kept = feed.fresh_after(190)
    assert [frame.seq for frame in kept] == list(range(191, 201))
    assert feed.fresh_after(100) == []
