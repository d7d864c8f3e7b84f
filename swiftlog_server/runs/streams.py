"""The runs that stream to this process right now, on its event loop.

Owns flow control: how much of one run and of all may wait for the disk. Positions are
remembered here so that a frame is checked before it is queued; whether it counts is
decided by the run's row, in the writer.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final, ParamSpec, TypeVar

from swiftlog_core.errors import SwiftLogError
from swiftlog_server.errors import UnavailableError
from swiftlog_server.runs.checks import check_frame, is_cheap, taken_over
from swiftlog_server.runs.commands import AppendCommand, Appended

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from swiftlog_core.events import Frame, Position
    from swiftlog_server.accounts.interfaces import Principal
    from swiftlog_server.runs.commands import (
        CheckedFrame,
        Command,
        OpenedRun,
        Outcome,
    )
    from swiftlog_server.runs.ingest import IngestService
    from swiftlog_server.runs.writer import Done

P = ParamSpec("P")
T = TypeVar("T")

CHECK_THREADS: Final = 2
WINDOW_FRAMES: Final = 256  # of one run, checked and not yet durable
WINDOW_BYTES: Final = 8 * 1024 * 1024
TOTAL_BYTES: Final = 64 * 1024 * 1024  # of all runs


class IngestStreams:
    """All streams of one process. Use it on one event loop; close it at the end."""

    def __init__(
        self, service: IngestService, submit: Callable[[Command, Done], None]
    ) -> None:
        """Give commands to *submit*, the writer's."""
        self._service = service
        self._submit = submit
        self._pool = ThreadPoolExecutor(CHECK_THREADS, "ingest-check")
        self._sessions: set[StreamSession] = set()
        self._waiting_bytes = 0
        self._room = asyncio.Event()
        self._room.set()
        self._stopping = False

    async def execute(self, command: Command) -> Outcome:
        """Carry out one command and return its outcome; it is never an exception."""
        future: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()

        def done(outcome: Outcome) -> None:
            if not future.cancelled():
                future.set_result(outcome)

        self._submit(command, done)
        return await future

    async def attach(
        self, principal: Principal, run_id: str, epoch: int
    ) -> StreamSession:
        """Return the session of a run that was opened; ``detach`` it at the end."""
        opened = await self.in_thread(self._service.attach, principal, run_id, epoch)
        session = StreamSession(self, opened)
        if self._stopping:
            session.fail(_stopping())
        self._sessions.add(session)
        return session

    def detach(self, session: StreamSession) -> None:
        """Forget a session; what it has queued is still committed."""
        self._sessions.discard(session)

    async def in_thread(
        self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run *work* on one of the few threads that check frames and read rows."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._pool, lambda: work(*args, **kwargs))

    async def check(
        self, position: Position, frame: Frame, durable_seq: int
    ) -> CheckedFrame:
        """Check a frame here when that is quick, else on a thread."""
        if is_cheap(frame):
            return check_frame(position, frame, durable_seq)
        return await self.in_thread(check_frame, position, frame, durable_seq)

    async def append(self, command: AppendCommand, size: int, done: Done) -> None:
        """Queue frames of *size* bytes once all runs together leave room for them."""
        while not self._room.is_set():
            await self._room.wait()
        self._waiting_bytes += size
        if self._waiting_bytes >= TOTAL_BYTES:
            self._room.clear()

        def told(outcome: Outcome) -> None:
            self._waiting_bytes -= size
            if self._waiting_bytes < TOTAL_BYTES:
                self._room.set()
            done(outcome)

        self._submit(command, told)

    def take_heard(self) -> list[tuple[str, int]]:
        """Return (run, epoch) of those who sent a heartbeat since the last call."""
        heard = [(s.run_id, s.epoch) for s in self._sessions if s.heard]
        for session in self._sessions:
            session.heard = False
        return heard

    def take_over(self, run_ids: Iterable[str]) -> None:
        """End the sessions of runs that a newer recorder has opened elsewhere."""
        passed = frozenset(run_ids)
        for session in self._sessions:
            if session.run_id in passed:
                session.fail(taken_over(session.run_id, session.durable_seq))

    def stop(self) -> None:
        """End every session once what it has sent is durable and acknowledged."""
        self._stopping = True
        for session in self._sessions:
            session.fail(_stopping())

    def close(self) -> None:
        """End the threads."""
        self._pool.shutdown()


class StreamSession:
    """One recorder's stream: what it may send next and what is durable."""

    def __init__(self, streams: IngestStreams, opened: OpenedRun) -> None:
        """Begin where the run stands."""
        self.run_id = opened.run_id
        self.epoch = opened.epoch
        self.durable_seq = opened.position.seq
        self.heard = False
        self.failure: Exception | None = None
        self.ended = False  # the recorder has no more to send
        self.ack_due = False
        self.changed = asyncio.Event()  # for the one who acknowledges
        self._freed = asyncio.Event()  # for the one who takes frames
        self._streams = streams
        self._position = opened.position
        self._waiting = 0
        self._waiting_bytes = 0

    @property
    def over(self) -> bool:
        """Whether the stream has ended or failed, and nothing of it is left to tell."""
        if self._waiting or self.ack_due:
            return False
        return self.ended or self.failure is not None

    async def take(self, frame: Frame) -> None:
        """Check a frame and queue it; waits for room.

        Raises what is wrong with the frame. After a failure, frames are dropped: the
        recorder is told and sends them again.
        """
        size = len(frame.payload)
        while self._waiting and self.failure is None and not self._has_room(size):
            self._freed.clear()
            await self._freed.wait()
        if self.failure is not None:
            return
        checked = await self._streams.check(self._position, frame, self.durable_seq)
        command = AppendCommand(self.run_id, self.epoch, self._position, (checked,))
        self._position = checked.end or self._position
        self._waiting += 1
        self._waiting_bytes += size

        def done(outcome: Outcome) -> None:
            self._waiting -= 1
            self._waiting_bytes -= size
            if isinstance(outcome, Appended):
                self.durable_seq = max(self.durable_seq, outcome.durable_seq)
                self.ack_due = True
            elif isinstance(outcome, SwiftLogError) and self.failure is None:
                self.failure = outcome
            self._freed.set()
            self.changed.set()

        await self._streams.append(command, size, done)

    def fail(self, error: Exception) -> None:
        """End the stream with *error*, unless something else was wrong before.

        What waits for the disk is still committed and acknowledged.
        """
        self.failure = self.failure or error
        self._freed.set()
        self.changed.set()

    def end(self) -> None:
        """Note that the recorder has finished sending."""
        self.ended = True
        self.changed.set()

    def _has_room(self, size: int) -> bool:
        return (
            self._waiting < WINDOW_FRAMES and self._waiting_bytes + size <= WINDOW_BYTES
        )


def _stopping() -> UnavailableError:
    return UnavailableError("this server", "it is stopping; connect again")
