"""Which runs are watched here, how far each is, and the frames fresh in memory.

One ``RunFeed`` per watched run holds its newest known head. Hints and a poll every
``POLL_SECONDS`` only ever move the head forward; subscribers pull from their own
cursor, from the fresh frames while these reach back far enough and from the store
otherwise. So a lost hint costs time and never a line, and a slow subscriber costs
no memory. Everything here runs on the event loop; only the store is asked on threads.
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING, Final, TypeVar, TypeVarTuple, Unpack

import structlog
from anyio import CapacityLimiter
from anyio.to_thread import run_sync

from swiftlog_core.errors import RunNotFoundError

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Sequence

    from swiftlog_core.events import Frame
    from swiftlog_server.bus.interfaces import EventBus, RunEvent, Subscription
    from swiftlog_server.live.interfaces import Head, LogSource

POLL_SECONDS: Final = 2.0
READ_BYTES: Final = 512 * 1024
_POLLED_AT_ONCE: Final = 500
_READERS: Final = 4
_FRESH_FRAMES: Final = 16
_FRESH_BYTES: Final = 256 * 1024  # compressed, a run

T = TypeVar("T")
A = TypeVarTuple("A")

_log = structlog.get_logger(__name__)


class RunFeed:
    """One watched run: its head, and its newest frames as hints brought them."""

    def __init__(self, head: Head) -> None:
        """Begin at *head*, with nothing fresh."""
        self.head = head
        self.gone = False
        self.watchers = 0
        self.stale = False  # a hint told of a version that the head does not have
        self.subscription: Subscription | None = None
        self._fresh: deque[Frame] = deque()
        self._fresh_bytes = 0
        self._changed = asyncio.Event()

    def hint(self, event: RunEvent) -> bool:
        """Take a hint; return whether the head must be read from the store."""
        head = self.head
        if event.seq > head.seq:
            self.head = head._replace(seq=event.seq, lines=event.end_line)
            if event.frame is not None:
                self._keep(event.frame)
            self._wake()
        self.stale = self.stale or event.status_version > head.version
        return self.stale

    def learn(self, head: Head | None) -> None:
        """Take a head from the store; ``None``: the run was deleted."""
        if head is None:
            self.gone = True
            self._wake()
            return
        self.stale = False
        known = self.head
        if head.seq < known.seq:  # read before the frame that a hint told of
            head = head._replace(seq=known.seq, lines=known.lines)
        if head != known:
            self.head = head
            self._wake()

    def fresh_after(self, seq: int) -> list[Frame]:
        """Return the fresh frames after *seq*; empty when they do not reach back."""
        if not self._fresh or self._fresh[0].seq > seq + 1:
            return []
        return [frame for frame in self._fresh if frame.seq > seq]

    async def wait_beyond(self, head: Head, seconds: float) -> None:
        """Return when the head is not *head* any more, or after *seconds*."""
        if self.gone or self.head != head:
            return
        try:
            await asyncio.wait_for(self._changed.wait(), seconds)
        except TimeoutError:
            return

    def _keep(self, frame: Frame) -> None:
        fresh = self._fresh
        if fresh and fresh[-1].seq + 1 != frame.seq:
            fresh.clear()
            self._fresh_bytes = 0
        fresh.append(frame)
        self._fresh_bytes += len(frame.payload)
        while len(fresh) > _FRESH_FRAMES or self._fresh_bytes > _FRESH_BYTES:
            self._fresh_bytes -= len(fresh.popleft().payload)

    def _wake(self) -> None:
        """Wake every waiter; the next ones wait for the next change."""
        self._changed.set()
        self._changed = asyncio.Event()


class LiveHub:
    """The feeds of one process. Use it on one event loop, between open and close."""

    def __init__(
        self, source: LogSource, bus: EventBus, *, poll_seconds: float = POLL_SECONDS
    ) -> None:
        """Read from *source*; let *bus* tell when it is worth while."""
        self._source = source
        self._bus = bus
        self._poll_seconds = poll_seconds
        self._feeds: dict[str, RunFeed] = {}
        self._readers = CapacityLimiter(_READERS)
        self._tasks: set[asyncio.Task[None]] = set()

    def open(self) -> None:
        """Start polling; call it on the loop that will serve."""
        self._spawn(self._poll())

    async def close(self) -> None:
        """Stop polling and drop every subscription."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for feed in self._feeds.values():
            if feed.subscription is not None:
                feed.subscription.close()
        self._feeds.clear()

    async def watch(self, run_id: str) -> RunFeed:
        """Return the feed of a run and count this watcher; pair it with ``leave``.

        Raises ``RunNotFoundError``. The head is read after the hints are on their
        way, so nothing falls between.
        """
        feed = self._feeds.get(run_id)
        if feed is None:
            head = (await self._heads([run_id])).get(run_id)
            if head is None:
                raise RunNotFoundError(run_id)
            feed = self._feeds.setdefault(run_id, RunFeed(head))
        feed.watchers += 1
        if feed.subscription is None:
            feed.subscription = self._subscribe(run_id, feed)
        await self._refresh([run_id])
        return feed

    def leave(self, run_id: str) -> None:
        """Count one watcher less; the last one ends the feed."""
        feed = self._feeds.get(run_id)
        if feed is None:
            return
        feed.watchers -= 1
        if not feed.watchers:
            del self._feeds[run_id]
            if feed.subscription is not None:
                feed.subscription.close()

    async def frames_after(self, feed: RunFeed, seq: int) -> Sequence[Frame]:
        """Return some frames after *seq*, in order, without a hole."""
        fresh = feed.fresh_after(seq)
        if fresh:
            return fresh
        return await self.on_thread(
            self._source.frames_after, feed.head.run_id, seq, READ_BYTES
        )

    async def seq_before_line(self, run_id: str, line: int) -> int:
        """Return where a subscriber that wants *line* and what follows begins."""
        return await self.on_thread(self._source.seq_before_line, run_id, line)

    async def on_thread(self, work: Callable[[Unpack[A]], T], *arguments: *A) -> T:
        """Return what *work* returns, from one of the hub's few threads."""
        return await run_sync(work, *arguments, limiter=self._readers)

    def _subscribe(self, run_id: str, feed: RunFeed) -> Subscription:
        loop = asyncio.get_running_loop()

        def take(event: RunEvent) -> None:
            if feed.hint(event):
                self._spawn(self._refresh([run_id]))

        def from_any_thread(event: RunEvent) -> None:
            if not loop.is_closed():
                loop.call_soon_threadsafe(take, event)

        return self._bus.subscribe(run_id, from_any_thread)

    async def _heads(self, run_ids: Sequence[str]) -> dict[str, Head]:
        return dict(await self.on_thread(self._source.heads, run_ids))

    async def _refresh(self, run_ids: Sequence[str]) -> None:
        heads = await self._heads(run_ids)
        for run_id in run_ids:
            feed = self._feeds.get(run_id)
            if feed is not None:
                feed.learn(heads.get(run_id))

    async def _poll(self) -> None:
        """Ask the store for the end of every watched run, many in one query."""
        while True:
            await asyncio.sleep(self._poll_seconds)
            watched = list(self._feeds)
            for start in range(0, len(watched), _POLLED_AT_ONCE):
                try:
                    await self._refresh(watched[start : start + _POLLED_AT_ONCE])
                except Exception:  # noqa: BLE001 - the store may be away for a while
                    _log.warning("live_poll_failed", exc_info=True)

    def _spawn(self, work: Coroutine[object, object, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
