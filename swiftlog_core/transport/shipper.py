"""Ship one run's spool to its server, on a thread of its own.

Reads the spool and never the command: a slow or absent server costs disk, not time.
The order of events of one try: a connection; OpenRun, whose answer says what the
server holds; frames from there on, acknowledgements as they come; and, once the run
has ended and every frame is acknowledged, CloseRun and the receipt. Whatever breaks
in between, the next try starts from what the server holds then. Frames are sent
again rather than skipped, and the server takes each once.
"""

from __future__ import annotations

import random
import threading
import time
from typing import TYPE_CHECKING, Final

from swiftlog_core.errors import (
    ServerIncompatibleError,
    SwiftLogError,
    TakenOverError,
)
from swiftlog_core.transport.attempt import Attempt, Consignment
from swiftlog_core.transport.delivery import NEVER_REACHED, Delivery, Pace
from swiftlog_core.transport.retry import Backoff, worth_another_try

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from swiftlog_core.events import Frame, RunInfo
    from swiftlog_core.stream.spool import SpoolClosing
    from swiftlog_core.transport.address import Server
    from swiftlog_core.transport.interfaces import Transport

HTTP_AFTER_FAILURES: Final = 3
SETTLED_SECONDS: Final = 5.0  # a connection that held this long was a good one
JOIN_SECONDS: Final = 1.0
LAST_TRIES_SECONDS: Final = 0.5
GRPC: Final = "grpc"
HTTP: Final = "http"
_TICK_SECONDS: Final = 0.02


class Shipper:
    """Ships one spool until it is delivered, refused, or given up.

    ``start``, ``notify`` and ``finish`` are the recorder's whole part in it. The
    spool must not be sealed before ``finish``, ``wait`` or ``abandon`` has returned.
    """

    def __init__(
        self,
        path: Path,
        info: RunInfo,
        server: Server,
        *,
        pace: Pace | None = None,
        adopt: Callable[[Iterator[Frame]], SpoolClosing] | None = None,
        draw: Callable[[], float] = random.random,
    ) -> None:
        """Prepare; ``start`` begins.

        *adopt* takes the frames that the server has and the spool lost (power loss),
        in the thread of the shipper, and returns the run's new closing. Without it
        a server that holds more than the spool is a conflict.
        """
        self._run = Consignment(path, info, server, pace or Pace(), adopt)
        self._backoff = Backoff(draw)
        self._closed_ways: set[str] = set()
        self._done = threading.Event()
        self._dialled_at: float | None = None
        self._thread = threading.Thread(
            target=self._serve, name="swiftlog-shipper", daemon=True
        )

    @property
    def status(self) -> Delivery:
        """How far the run has got by now."""
        return self._run.progress.now

    def start(self, closing: SpoolClosing | None = None) -> None:
        """Begin to connect and ship; *closing* when the run has ended already."""
        if closing is not None:
            self._run.end(closing)
        self._thread.start()

    def notify(self) -> None:
        """Tell that the spool has new frames; costs microseconds."""
        self._run.notify()

    def wait_reached(self, seconds: float) -> Delivery:
        """Wait until the server has answered, with yes or no, and tell which."""
        self._run.answered.wait(seconds)
        return self.status

    def finish(
        self,
        closing: SpoolClosing,
        *,
        flush_seconds: float,
        stop: threading.Event | None = None,
    ) -> Delivery:
        """Tell that the run has ended, and ``wait``."""
        self._run.end(closing)
        return self.wait(flush_seconds=flush_seconds, stop=stop)

    def wait(
        self, *, flush_seconds: float, stop: threading.Event | None = None
    ) -> Delivery:
        """Wait for the receipt as long as that makes sense, then let go of the spool.

        At most ``Pace.reach`` when the server was never reached; else up to
        *flush_seconds*, and only while acknowledgements advance. Returns at once
        when *stop* is set.
        """
        began = self._run.progress.moved_at = time.monotonic()
        while not self._done.wait(_TICK_SECONDS):
            if stop is not None and stop.is_set():
                break
            if not self._is_worth_waiting(began, flush_seconds):
                break
        self.abandon()
        return self.status

    def abandon(self) -> None:
        """Stop shipping and let go of the spool; what was acknowledged stays so."""
        self._run.break_off()
        if self._thread.ident is not None:
            self._done.wait(JOIN_SECONDS)
        self._run.progress.let_go()

    def _is_worth_waiting(self, began: float, flush_seconds: float) -> bool:
        now = time.monotonic()
        if now - began >= flush_seconds:
            return False
        if self.status.state == NEVER_REACHED:
            # Loading grpc, on a busy machine, is not the server's silence.
            dialled = self._dialled_at
            return dialled is None or now - max(began, dialled) < self._run.pace.reach
        return now - self._run.progress.moved_at < self._run.pace.stall

    # -- the thread -------------------------------------------------------------

    def _serve(self) -> None:
        try:
            self._try_until_done()
        except Exception as error:  # noqa: BLE001 - a bug here must cost only the delivery
            words = f"{type(error).__name__}: {error}"
            self._run.progress.failed(SwiftLogError(words), final=True)
        finally:
            self._done.set()
            self._run.answered.set()

    def _try_until_done(self) -> None:
        failures = 0
        while not self._run.stop.is_set():
            durable, began = self.status.durable_seq, time.monotonic()
            way = self._way(failures)
            try:
                if self._attempt(way):
                    return
            except SwiftLogError as error:
                again = self._may_go_on(error, way)
                if self._run.stop.is_set():
                    return
                self._run.progress.failed(error, final=not again)
                if not again:
                    return
            held = time.monotonic() - began >= SETTLED_SECONDS
            advanced = self.status.durable_seq > durable
            failures = 1 if held or advanced else failures + 1
            self._pause(self._backoff.delay(failures))

    def _pause(self, seconds: float) -> None:
        """Wait before the next try; the end of the run cuts it short.

        At the end somebody waits for us: no more than ``LAST_TRIES_SECONDS`` pass
        between tries then.
        """
        if not self._run.closing_known.is_set():
            self._run.closing_known.wait(seconds)
            return
        self._run.stop.wait(min(seconds, LAST_TRIES_SECONDS))

    def _may_go_on(self, error: SwiftLogError, way: str) -> bool:
        if isinstance(error, ServerIncompatibleError):
            # A proxy that knows no gRPC says so; HTTP may pass, or the other way.
            self._closed_ways.add(way)
            return bool(
                {GRPC, HTTP if self._run.http_base else GRPC} - self._closed_ways
            )
        if isinstance(error, TakenOverError) and self._run.unanswered_opens:
            # It may be our own: a busy server acts on an OpenRun after we gave it up.
            self._run.unanswered_opens -= 1
            return True
        return worth_another_try(error)

    def _way(self, failures: int) -> str:
        """HTTP on every other try from the fourth on, so that gRPC comes back."""
        if not self._run.http_base or HTTP in self._closed_ways:
            return GRPC
        if GRPC in self._closed_ways:
            return HTTP
        over = failures - HTTP_AFTER_FAILURES
        return HTTP if over >= 0 and over % 2 == 0 else GRPC

    def _dial(self, way: str) -> Transport:
        if way == HTTP:
            from swiftlog_core.transport.http import HttpTransport

            return HttpTransport(
                self._run.server, self._run.http_base, call_seconds=self._run.pace.call
            )
        from swiftlog_core.transport.grpc import GrpcTransport

        return GrpcTransport(self._run.server, call_seconds=self._run.pace.call)

    def _attempt(self, way: str) -> bool:
        """Ship over one connection; tell whether the run is delivered."""
        run = self._run
        transport = run.transport = self._dial(way)
        self._dialled_at = self._dialled_at or time.monotonic()
        try:
            return not run.stop.is_set() and Attempt(run, transport).ship()
        finally:
            run.transport = None
            transport.shut()
