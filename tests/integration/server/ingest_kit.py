"""A real ingest on a loopback port: gRPC server, writer thread, SQLite file."""

from __future__ import annotations

import asyncio
import threading
from contextlib import contextmanager
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any

from swiftlog_core.transport.address import make_server
from swiftlog_core.transport.grpc import GrpcTransport
from swiftlog_server.parts import make_parts
from swiftlog_server.runs.answers import IngestFacts
from swiftlog_server.runs.rpc import IngestRpc, add_port, build_server
from swiftlog_server.runs.streams import IngestStreams
from swiftlog_server.runs.watch import RunWatch
from swiftlog_server.runs.writer import CommitWriter
from swiftlog_server.settings import load

if TYPE_CHECKING:
    from collections.abc import Coroutine, Iterable, Iterator
    from pathlib import Path

    from swiftlog_core.events import Frame
    from swiftlog_server.parts import Parts
    from swiftlog_server.runs.writer import Delivery


class Source:
    """Frames that a test hands out; an item may be a list to send together."""

    def __init__(self, frames: Iterable[Frame] = (), *, open_end: bool = False) -> None:
        self._queue: SimpleQueue[list[Frame] | None] = SimpleQueue()
        self._ended = False
        for frame in frames:
            self._queue.put([frame])
        if not open_end:
            self.cancel()

    def put(self, *frames: Frame) -> None:
        """Send frames; none at all is a heartbeat."""
        self._queue.put(list(frames))

    def take(self) -> list[Frame] | None:
        if self._ended:
            return None
        item = self._queue.get()
        self._ended = item is None
        return item

    def cancel(self) -> None:
        self._queue.put(None)


class RunningIngest:
    """What a test sees of the ingest."""

    def __init__(self, parts: Parts, token: str) -> None:
        self.parts = parts
        self.token = token
        self.port = 0
        self.commits: list[int] = []  # commands in each commit
        self.loop = asyncio.new_event_loop()
        self.started = threading.Event()
        self._stop = asyncio.Event()
        self.streams: IngestStreams
        self.watch: RunWatch

    def transport(self, token: str = "") -> GrpcTransport:
        """Return a recorder's connection."""
        address = f"127.0.0.1:{self.port}"
        return GrpcTransport(make_server(address, token=token or self.token))

    def call(self, work: Coroutine[Any, Any, Any]) -> Any:
        """Run *work* on the ingest's loop and return its result."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(20)

    def stop(self) -> None:
        self.loop.call_soon_threadsafe(self._stop.set)

    def run(self) -> None:
        """Be the thread that serves."""
        with asyncio.Runner(loop_factory=lambda: self.loop) as runner:
            runner.run(self._serve())

    async def _serve(self) -> None:
        def deliver(deliveries: list[Delivery]) -> None:
            self.commits.append(len(deliveries))
            self.loop.call_soon_threadsafe(
                lambda: [done(outcome) for done, outcome in deliveries]
            )

        service = self.parts.ingest
        writer = CommitWriter(service.commit, deliver)
        self.streams = IngestStreams(service, writer.submit)
        facts = IngestFacts("1", self.parts.server_name, "http://127.0.0.1:1")
        rpc = IngestRpc(service, self.streams, self.parts.authenticator, facts)
        self.watch = RunWatch(service, self.streams, clock=lambda: 1e9)
        self.watch._patient_until = 0.0
        server = build_server(rpc)
        self.port = add_port(server, "127.0.0.1:0", None)
        writer.start()
        await server.start()
        self.started.set()
        await self._stop.wait()
        self.streams.stop()
        await server.stop(5)
        await asyncio.to_thread(writer.stop)
        self.streams.close()


@contextmanager
def running_ingest(folder: Path) -> Iterator[RunningIngest]:
    """Serve on a thread; at the end stop as the server does."""
    parts = make_parts(load(data_dir=folder))
    token = parts.accounts.create_admin_token("test")
    ingest = RunningIngest(parts, token)
    thread = threading.Thread(target=ingest.run)
    thread.start()
    assert ingest.started.wait(20)
    try:
        yield ingest
    finally:
        ingest.stop()
        thread.join(20)
        parts.close()
