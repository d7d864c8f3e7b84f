"""Deliver what earlier runs have left, one run after the other.

For each: take the lock, mend what is dead, ship it, seal it. One run that cannot be
delivered does not keep the others; a server that is not there ends the round.
"""

from __future__ import annotations

import math
import sqlite3
from functools import partial
from typing import TYPE_CHECKING, Final, NamedTuple

from swiftlog_core.errors import SpoolBusyError, SpoolCorruptError, SwiftLogError
from swiftlog_core.events import RUNNING
from swiftlog_core.library.index import DAMAGED, look_at
from swiftlog_core.library.locks import RunLock
from swiftlog_core.library.mend import adopt, mend
from swiftlog_core.stream.spool import Spool
from swiftlog_core.transport.delivery import DELIVERED, NEVER_REACHED, Pace
from swiftlog_core.transport.shipper import Shipper

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from swiftlog_core.library.index import LocalRun
    from swiftlog_core.stream.spool import SpoolClosing
    from swiftlog_core.transport.address import Server
    from swiftlog_core.transport.delivery import Delivery

# What becomes of a run.
SENT: Final = "delivered"
SEALED: Final = "sealed"  # whole in one file; there is no server to send it to
BUSY: Final = "busy"
FAILED: Final = "failed"

PACE: Final = Pace(reach=10.0, stall=30.0)


class Synced(NamedTuple):
    """What became of one run: one of the constants above, and why if it failed."""

    path: Path
    run_id: str
    outcome: str
    reason: str = ""
    url: str = ""
    lost_cause: str = ""


class Sync:
    """One round. ``stop`` ends it after the step at hand; nothing is half done."""

    def __init__(
        self,
        server: Server | None,
        *,
        pace: Pace = PACE,
        stop: threading.Event | None = None,
    ) -> None:
        """Ship to *server*; with None, runs are only mended and sealed."""
        self._server = server
        self._pace = pace
        self._stop = stop
        self._unreachable = ""

    def round(self, spools: Sequence[Path], *, seal: bool = False) -> Iterator[Synced]:
        """Yield what becomes of each undelivered run, oldest first.

        With *seal* the delivered ones are folded into one file, too. *spools* is
        newest first, as ``index.spools_in`` gives it.
        """
        for path in reversed(spools):
            if self._stop is not None and self._stop.is_set():
                return
            run = look_at(path)
            if run is None or (run.delivered and not seal):
                continue
            yield self.one(run)

    def one(self, run: LocalRun) -> Synced:
        """Deliver one run; never raises for what is wrong with it."""
        outcome = partial(Synced, run.path, run.run_id)
        if run.state == DAMAGED:
            return outcome(FAILED, run.damage)
        if run.state == RUNNING:
            return outcome(BUSY, "it is still running")
        try:
            with RunLock.take(run.path):
                return self._deliver(run, outcome)
        except SpoolBusyError:
            return outcome(BUSY, "another swiftlog works on it")
        except (SwiftLogError, sqlite3.Error, OSError) as error:
            return outcome(FAILED, str(error))

    def _deliver(self, run: LocalRun, outcome: Callable[..., Synced]) -> Synced:
        try:
            closing = mend(run.path)
        except SpoolCorruptError as damage:
            if self._server is not None and not self._unreachable:
                self._ship(run, self._server)  # what is good before the damage
            return outcome(FAILED, str(damage))
        cause = closing.exit.cause if run.closing is None else ""
        if run.delivered:
            return outcome(SENT, url=run.url, lost_cause=cause)
        if self._server is None:
            return outcome(SEALED, lost_cause=cause)
        if self._unreachable:
            return outcome(FAILED, self._unreachable, lost_cause=cause)
        delivery = self._ship(run, self._server, closing)
        mend(run.path)  # shipping wrote its marks behind the last seal
        return self._outcome(delivery, outcome, cause)

    def _ship(
        self, run: LocalRun, server: Server, closing: SpoolClosing | None = None
    ) -> Delivery:
        """Ship the run; without a *closing* up to the damage that ends its spool."""
        with Spool.read(run.path) as spool:
            info = spool.info
        take_back = partial(adopt, run.path)
        shipper = Shipper(run.path, info, server, pace=self._pace, adopt=take_back)
        shipper.start(closing)
        return shipper.wait(flush_seconds=math.inf, stop=self._stop)

    def _outcome(
        self, delivery: Delivery, outcome: Callable[..., Synced], cause: str
    ) -> Synced:
        if delivery.state == DELIVERED:
            return outcome(SENT, url=delivery.run_url, lost_cause=cause)
        reason = delivery.reason or "the server stopped taking it"
        if delivery.state == NEVER_REACHED:
            self._unreachable = reason
        return outcome(FAILED, reason, lost_cause=cause)
