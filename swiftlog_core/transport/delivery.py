"""How far one run has got on its way to the server, and the note of it in its spool.

Owns the shipper's few writes to the spool and the moment from which there are none.
"""

from __future__ import annotations

import sqlite3
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, NamedTuple

from swiftlog_core.errors import SpoolCorruptError, SwiftLogError
from swiftlog_core.stream.spool import Spool

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from swiftlog_core.events import Receipt

NEVER_REACHED: Final = "never_reached"
CONNECTED: Final = "connected"
INTERRUPTED: Final = "interrupted"
REFUSED: Final = "refused"
DELIVERED: Final = "delivered"

NOTE_EVERY_SECONDS: Final = 1.0


class Pace(NamedTuple):
    """How long the shipper waits, in seconds.

    ``reach`` bounds the wait at the end for a server never reached; ``stall`` the time
    in which nothing advances there; ``ack`` that of an unanswered frame before the
    connection is given up; ``call`` one call; ``heartbeat`` holds where the server
    names no interval of its own.
    """

    reach: float = 1.0
    stall: float = 3.0
    ack: float = 30.0
    call: float = 10.0
    heartbeat: float = 10.0


class Delivery(NamedTuple):
    """How far a run has got. ``state`` is one of the constants above.

    ``reason`` is a sentence for people, and ``code`` an error's, when the state is
    neither connected nor delivered. ``server_id``, ``run_url`` and ``http_url`` are
    empty until known.
    """

    state: str
    durable_seq: int = 0
    reason: str = ""
    code: str = ""
    server_id: str = ""
    run_url: str = ""
    http_url: str = ""
    receipt: Receipt | None = None


class Progress:
    """The state of one delivery. ``moved_at`` is when it last came nearer its end.

    Everything that touches the spool goes through here, under one lock: after
    ``let_go`` nothing does, so that its owner can seal it.
    """

    def __init__(self, path: Path) -> None:
        """Start with a server never reached."""
        self.now = Delivery(NEVER_REACHED)
        self.moved_at = time.monotonic()
        self._path = path
        self._furthest = 0
        self._noted_seq = 0
        self._noted_at = 0.0
        self._gone = False
        self._lock = threading.Lock()

    def connected(self, server_id: str, http_url: str) -> None:
        """Tell that the server has answered."""
        if self.now.state == NEVER_REACHED:
            self.moved_at = time.monotonic()
        self.now = self.now._replace(
            state=CONNECTED, reason="", code="", server_id=server_id, http_url=http_url
        )

    def failed(self, error: SwiftLogError, *, final: bool) -> None:
        """Tell that a try ended with *error*; *final*: there will be no other."""
        state = INTERRUPTED
        if final:
            state = REFUSED
        elif self.now.state == NEVER_REACHED:
            state = NEVER_REACHED
        self.now = self.now._replace(state=state, reason=str(error), code=error.code)

    def delivered(self, receipt: Receipt, server_id: str, run_url: str) -> None:
        """Tell that the server has answered with *receipt*, and mark the spool.

        Where the mark cannot be written, the next ``sync`` asks the server again.
        """
        self._note(receipt.frames)
        with self._lock:
            if not self._gone:
                self._mark(server_id, run_url)
        self.now = self.now._replace(
            state=DELIVERED,
            durable_seq=receipt.frames,
            reason="",
            code="",
            server_id=server_id,
            run_url=run_url,
            receipt=receipt,
        )

    def advance(self, seq: int) -> None:
        """Note what the server holds, which after a restore may be less than before."""
        if seq > self._furthest:
            self._furthest = seq
            self.moved_at = time.monotonic()
        self.now = self.now._replace(durable_seq=seq)
        if time.monotonic() - self._noted_at >= NOTE_EVERY_SECONDS:
            self._note(seq)

    @contextmanager
    def reading(self) -> Iterator[Spool]:
        """Open the spool for a moment; raise ``SpoolCorruptError`` when it is gone."""
        with self._lock:
            if self._gone:
                raise SpoolCorruptError(str(self._path), "it is no longer shipped")
            try:
                with Spool.read(self._path) as spool:
                    yield spool
            except sqlite3.Error as error:
                raise SpoolCorruptError(str(self._path), str(error)) from error

    def let_go(self) -> None:
        """Note the last durable number and touch the spool no more."""
        self._note(self.now.durable_seq)
        with self._lock:
            self._gone = True

    def _note(self, seq: int) -> None:
        """Keep *seq* in the spool, for people: a resume asks the server anyway.

        So a disk that is full, or a busy spool, costs nothing but the note.
        """
        with self._lock:
            if self._gone or seq == self._noted_seq:
                return
            self._noted_at = time.monotonic()
            try:
                with Spool.write(self._path) as spool:
                    spool.set_durable(seq)
            except (SwiftLogError, sqlite3.Error):
                return
            self._noted_seq = seq

    def _mark(self, server_id: str, run_url: str) -> None:
        try:
            with Spool.write(self._path) as spool:
                spool.set_acknowledged(server_id, run_url)
        except (SwiftLogError, sqlite3.Error):
            return
