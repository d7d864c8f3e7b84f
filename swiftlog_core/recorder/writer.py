"""The recorder's second thread: seals drafts and commits them to the spool.

Owns what happens when the disk does not take them. Drafts wait, up to
``PENDING_LIMIT`` bytes, and each new one is another try; beyond that the oldest are
counted into gaps, per stream, and the rest of the run goes on behind the gap as soon
as the disk takes it. Nothing here knows why a commit failed: full, gone and
read-only disks are one case.
"""

from __future__ import annotations

import sqlite3
import threading
from queue import SimpleQueue
from typing import TYPE_CHECKING, Final

from swiftlog_core.events import STDERR, STDOUT
from swiftlog_core.records import NamedTuple
from swiftlog_core.stream.frame import Framer

if TYPE_CHECKING:
    from collections.abc import Callable

    from swiftlog_core.events import Position
    from swiftlog_core.stream.frame import Draft, Sealer
    from swiftlog_core.stream.spool import Spool

PENDING_LIMIT: Final = 32 * 1024 * 1024
QUEUE_LIMIT: Final = 12 * 1024 * 1024
IDLE_CHECKPOINT: Final = 8 * 1024 * 1024  # bytes of payload
FORCED_CHECKPOINT: Final = 512 * 1024 * 1024
BATCH_DRAFTS: Final = 16
GAP_CAUSE: Final = "disk_full"


class Delivery(NamedTuple):
    """Drafts, and the raw bytes of both streams that the log covers with them."""

    drafts: list[Draft]
    raw: tuple[int, int]


class Writer:
    """Writes one run's drafts to its spool on a thread of its own.

    ``position`` is the last committed one, ``gaps`` and ``gap_bytes`` count what is
    missing before and behind it, ``error`` is the last that the disk said. They may
    be read once ``finish`` has returned.
    """

    def __init__(
        self,
        spool: Spool,
        sealer: Sealer,
        position: Position,
        committed: Callable[[int, int], None],
    ) -> None:
        """Call *committed* with the raw counts after each commit, on the thread."""
        self._spool = spool
        self._sealer = sealer
        self._committed = committed
        self.position = position
        self.gaps = 0
        self.gap_bytes = 0
        self.unmarked = (0, 0)  # see SpoolClosing
        self.error = ""
        self._lost = {STDOUT: 0, STDERR: 0}
        self._pending: list[Draft] = []
        self._pending_size = 0
        self._raw = (0, 0)
        self._renumber = False
        self._queue: SimpleQueue[Delivery | None] = SimpleQueue()
        self._room = threading.Condition()
        self._queued = 0
        self._unfolded = 0
        self._thread = threading.Thread(target=self._run, name="swiftlog-writer")
        self._thread.start()

    def put(self, drafts: list[Draft], raw: tuple[int, int]) -> None:
        """Hand drafts over; blocks while ``QUEUE_LIMIT`` bytes wait."""
        with self._room:
            while self._queued >= QUEUE_LIMIT:
                self._room.wait()
            self._queued += sum(draft.size for draft in drafts)
        self._queue.put(Delivery(drafts, raw))

    def finish(self) -> None:
        """Write what is left. What the disk does not take then is a last gap."""
        self._queue.put(None)
        self._thread.join()
        if self._pending:
            self._give_up()
        lost = [size for size in self._lost.values() if size]
        self.gaps += len(lost)
        self.gap_bytes += sum(lost)
        self.unmarked = (self._lost[STDOUT], self._lost[STDERR])

    def _run(self) -> None:
        ended = False
        while not ended:
            delivery = self._queue.get()
            while delivery is not None:
                self._take(delivery)
                if self._queue.empty() or len(self._pending) >= BATCH_DRAFTS:
                    break
                delivery = self._queue.get()
            ended = delivery is None
            self._commit(last=ended)

    def _take(self, delivery: Delivery) -> None:
        size = sum(draft.size for draft in delivery.drafts)
        with self._room:
            self._queued -= size
            self._room.notify()
        self._raw = delivery.raw
        self._pending += delivery.drafts
        self._pending_size += size

    def _commit(self, *, last: bool = False) -> None:
        drafts = self._placed(last=last)
        if not drafts:
            return
        mark = self._sealer.mark()
        sealed = [self._sealer.seal(draft) for draft in drafts]
        try:
            self._spool.append(sealed, self._raw)
        except sqlite3.Error as error:
            self._sealer.restore(mark)
            self.error = str(error)
            if self._pending_size > PENDING_LIMIT:
                self._give_up()
            return
        self.position = sealed[-1][1]
        self.gaps += sum(len(draft.gaps) for draft in drafts)
        self.gap_bytes += sum(gap.size for draft in drafts for gap in draft.gaps)
        self._pending = []
        self._pending_size = 0
        self._lost = {STDOUT: 0, STDERR: 0}
        self._committed(*self._raw)
        self._unfolded += sum(len(frame.payload) for frame, _ in sealed)
        idle = self._queue.empty() and self._unfolded > IDLE_CHECKPOINT
        if idle or self._unfolded > FORCED_CHECKPOINT:
            self._fold()

    def _fold(self) -> None:
        """Fold the WAL in while nothing waits: it takes as long as the disk does."""
        try:
            self._spool.checkpoint()
        except sqlite3.Error as error:
            self.error = str(error)  # full: commits will say so too, or go on
        self._unfolded = 0

    def _give_up(self) -> None:
        """Count the waiting drafts as lost; later ones are numbered behind the gap."""
        for draft in self._pending:
            for stream, data in zip(draft.streams, draft.datas, strict=True):
                self._lost[stream] += len(data)
            for gap in draft.gaps:
                self._lost[gap.stream] += gap.size
        self._pending = []
        self._pending_size = 0
        self._renumber = True

    def _placed(self, *, last: bool) -> list[Draft]:
        """Return the pending drafts as they follow the last committed position.

        After a loss they are framed anew, since their numbers counted on what is
        gone; the gap stands before them.
        """
        if not self._renumber:
            return self._pending
        if not self._pending and not last:
            return []
        framer = Framer(self.position)
        first = self._pending[0].times if self._pending else []
        now = first[0] if first else 0
        for stream, size in self._lost.items():
            if size:
                framer.gap(stream, now, size, GAP_CAUSE)
        again: list[Draft] = []
        for draft in self._pending:
            pairs = zip(draft.streams, draft.times, draft.datas, strict=True)
            for stream, t_ns, data in pairs:
                again += framer.add(stream, t_ns, data)
            for gap in draft.gaps:
                framer.gap(gap.stream, now, gap.size, gap.cause)
        return again + list(framer.take(0, final=True))
