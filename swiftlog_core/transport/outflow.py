"""The frames of one spool on their way: read in order, held back by a window.

One ``Outflow`` belongs to one exchange. ``take`` runs on whatever thread sends;
``notify``, ``acknowledge``, ``end`` and ``cancel`` come from others. Only ``take``
and ``cancel`` share a lock, so that telling of new frames costs the recorder
nothing while a batch is read.
"""

from __future__ import annotations

import sqlite3
import threading
import time
from collections import deque
from typing import TYPE_CHECKING, Final

from swiftlog_core.errors import SpoolCorruptError, SpoolError
from swiftlog_core.stream.spool import Spool

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from swiftlog_core.events import Frame

WINDOW_FRAMES: Final = 512
WINDOW_BYTES: Final = 8 * 1024 * 1024
BATCH_FRAMES: Final = 16
BATCH_BYTES: Final = 1024 * 1024


class Outflow:
    """The source of one exchange; see ``FrameSource``.

    At most ``WINDOW_FRAMES`` and about ``WINDOW_BYTES`` are sent and not yet
    acknowledged. ``error`` is the damage that ended the source, if any.
    """

    def __init__(
        self,
        path: Path,
        after_seq: int,
        *,
        heartbeat_seconds: float,
        ack_seconds: float,
        on_stall: Callable[[], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Read the spool at *path* behind *after_seq*.

        A heartbeat is due *heartbeat_seconds* after the last message. When something
        was sent and nothing acknowledged for *ack_seconds*, *on_stall* is called on
        the sending thread and the source ends.
        """
        self.error: SpoolError | None = None
        self._path = path
        self._spool: Spool | None = None
        self._seq = after_seq
        self._sent: deque[tuple[int, int]] = deque()
        self._sent_bytes = 0
        self._acknowledged = after_seq
        self._heartbeat_seconds = heartbeat_seconds
        self._ack_seconds = ack_seconds
        self._on_stall = on_stall
        self._clock = clock
        self._moved_at = clock()
        self._spoke_at = clock()
        self._wake = threading.Event()
        self._fresh = True
        self._last: int | None = None
        self._cancelled = False
        self._lock = threading.Lock()

    def notify(self) -> None:
        """Tell that the spool has new frames."""
        self._fresh = True
        self._wake.set()

    def acknowledge(self, seq: int) -> None:
        """Tell that the server holds every frame up to *seq*."""
        self._moved_at = self._clock()
        self._acknowledged = seq
        self._wake.set()

    def end(self, last_seq: int) -> None:
        """Tell that *last_seq* is the run's last frame: the source ends behind it."""
        self._last = last_seq
        self.notify()

    def cancel(self) -> None:
        """End the source and close the spool, whoever reads it."""
        self._cancelled = True
        self._wake.set()
        with self._lock:
            if self._spool is not None:
                self._spool.close()
                self._spool = None

    def take(self) -> list[Frame] | None:
        """Block until frames may be sent; an empty list asks for a heartbeat."""
        while not self._cancelled:
            self._wake.clear()
            self._settle()
            frames = self._read() if self._fresh and self._has_room() else []
            now = self._clock()
            if frames:
                self._spoke_at = now
                return frames
            if frames is None or (self._has_ended() and not self._sent):
                return None
            if self._sent and now - self._moved_at >= self._ack_seconds:
                self._cancelled = True
                self._on_stall()
                return None
            due = self._spoke_at + self._heartbeat_seconds - now
            if due <= 0:
                self._spoke_at = now
                return []
            self._wake.wait(min(due, self._ack_seconds) if self._sent else due)
        return None

    def _has_ended(self) -> bool:
        return self._last is not None and self._seq >= self._last

    def _has_room(self) -> bool:
        return len(self._sent) < WINDOW_FRAMES and self._sent_bytes < WINDOW_BYTES

    def _settle(self) -> None:
        """Take what was acknowledged out of the window."""
        sent = self._sent
        while sent and sent[0][0] <= self._acknowledged:
            self._sent_bytes -= sent.popleft()[1]

    def _read(self) -> list[Frame] | None:
        """Return the next batch, None at the end; no batch clears ``_fresh``."""
        self._fresh = False  # before the read: a notify during it is not lost
        with self._lock:
            if self._cancelled:
                return None
            try:
                frames = self._batch()
            except (SpoolError, sqlite3.Error) as error:
                self.error = self._damage(error)
                self._cancelled = True
                return None
        if not frames:
            return frames
        self._fresh = True  # there may be more
        if not self._sent:
            self._moved_at = self._clock()
        for frame in frames:
            self._sent.append((frame.seq, len(frame.payload)))
            self._sent_bytes += len(frame.payload)
        self._seq = frames[-1].seq
        return frames

    def _batch(self) -> list[Frame]:
        if self._spool is None:
            self._spool = Spool.read(self._path)
        frames: list[Frame] = []
        size = 0
        try:
            for frame in self._spool.frames(self._seq, BATCH_FRAMES):
                frames.append(frame)
                size += len(frame.payload)
                if size >= BATCH_BYTES:
                    break
        except SpoolError as error:
            if not frames:
                raise
            self.error = error  # read again after the good ones, it ends the source
        return frames

    def _damage(self, error: SpoolError | sqlite3.Error) -> SpoolError:
        if isinstance(error, SpoolError):
            return error
        return SpoolCorruptError(str(self._path), str(error), good_frames=self._seq)
