"""One subscriber: the order of its messages, and its independence of others."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from swiftlog_server.bus.memory import MemoryEventBus
from swiftlog_server.live.hub import LiveHub
from swiftlog_server.live.session import LiveSession
from tests.unit.swiftlog_server.live.fakes import MemoryLogs
from tests.unit.swiftlog_server.recording import numbered


class Reader:
    """Receives messages, only when it is allowed to."""

    def __init__(self) -> None:
        self.told: list[dict[str, Any]] = []
        self.may_read = asyncio.Event()
        self.may_read.set()
        self.complete = asyncio.Event()
        self.grew = asyncio.Event()

    async def send(self, text: str) -> None:
        await self.may_read.wait()
        self.told.append(json.loads(text))
        self.grew.set()
        if self.told[-1].get("complete"):
            self.complete.set()

    async def read_to(self, line: int) -> None:
        while line not in self.lines():
            self.grew.clear()
            await self.grew.wait()

    def lines(self) -> list[int]:
        return [m["line"] for m in self.told if m["type"] == "log"]


async def follow(
    logs: MemoryLogs, hub: LiveHub, reader: Reader, *, batched: bool = False
) -> asyncio.Task[None]:
    feed = await hub.watch(logs.recording.run_id)
    session = LiveSession(hub, feed, reader.send, from_line=1, batched=batched)
    return asyncio.create_task(session.run())


def close(logs: MemoryLogs, bus: MemoryEventBus) -> None:
    logs.version, logs.closed = logs.version + 1, True
    bus.publish([logs.event(inline=False)])


def test_status_comes_first_then_lines_then_the_end() -> None:
    async def scenario() -> None:
        logs, bus, reader = MemoryLogs(numbered(4), seq=4), MemoryEventBus(), Reader()
        hub = LiveHub(logs, bus, poll_seconds=3600)
        task = await follow(logs, hub, reader)
        close(logs, bus)
        await asyncio.wait_for(reader.complete.wait(), 10)
        task.cancel()
        kinds = [message["type"] for message in reader.told]
        assert kinds == ["status", "log", "log", "log", "log", "status"]
        assert reader.lines() == [1, 2, 3, 4]
        assert reader.told[0]["complete"] is False

    asyncio.run(scenario())


def test_a_reader_that_stops_costs_no_reads_and_loses_nothing() -> None:
    async def scenario() -> None:
        logs, bus = MemoryLogs(numbered(300)), MemoryEventBus()
        hub = LiveHub(logs, bus, poll_seconds=3600)
        slow, quick = Reader(), Reader()
        tasks = [await follow(logs, hub, reader) for reader in (slow, quick)]
        await asyncio.sleep(0.05)
        slow.may_read.clear()
        for logs.seq in range(1, 301):
            bus.publish([logs.event()])
            await asyncio.sleep(0)
        await asyncio.wait_for(quick.read_to(300), 20)
        reads = logs.frame_reads
        await asyncio.sleep(0.05)
        assert logs.frame_reads == reads  # nothing is read for who does not take it
        assert len(slow.lines()) <= 1
        slow.may_read.set()
        close(logs, bus)
        await asyncio.wait_for(slow.complete.wait(), 10)
        for task in tasks:
            task.cancel()
        assert slow.lines() == quick.lines() == list(range(1, 301))

    asyncio.run(scenario())


def test_a_batch_holds_a_frames_messages() -> None:
    async def scenario() -> None:
        recording = numbered(1200, split=False)
        logs, bus, reader = MemoryLogs(recording, seq=1), MemoryEventBus(), Reader()
        hub = LiveHub(logs, bus, poll_seconds=3600)
        task = await follow(logs, hub, reader, batched=True)
        close(logs, bus)
        await asyncio.wait_for(reader.complete.wait(), 10)
        task.cancel()
        batches = [m["messages"] for m in reader.told if m["type"] == "batch"]
        assert [len(batch) for batch in batches] == [500, 500, 200]
        numbers = [message["line"] for batch in batches for message in batch]
        assert numbers == list(range(1, 1201))

    asyncio.run(scenario())


def test_a_head_ahead_of_the_store_is_waited_for_and_not_spun_on() -> None:
    async def scenario() -> None:
        logs, bus, reader = MemoryLogs(numbered(2)), MemoryEventBus(), Reader()
        hub = LiveHub(logs, bus, poll_seconds=3600)
        task = await follow(logs, hub, reader)
        logs.seq = 1
        event = logs.event(inline=False)
        logs.seq = 0
        bus.publish([event])
        await asyncio.sleep(0.35)
        assert logs.frame_reads < 10
        logs.seq = 2
        bus.publish([logs.event()])
        await asyncio.wait_for(reader.read_to(2), 10)
        assert reader.lines() == [1, 2]
        task.cancel()

    asyncio.run(scenario())


def test_a_deleted_run_ends_the_session() -> None:
    async def scenario() -> None:
        logs, reader = MemoryLogs(numbered(1), seq=1), Reader()
        hub = LiveHub(logs, MemoryEventBus(), poll_seconds=0.01)
        hub.open()
        task = await follow(logs, hub, reader)
        logs.gone = True
        await asyncio.wait_for(task, 10)
        await hub.close()

    asyncio.run(scenario())
