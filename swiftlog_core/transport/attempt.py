"""One try to ship a run over one connection, and what all tries share."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Final

from swiftlog_core.errors import (
    CloseMismatchError,
    FrameConflictError,
    IngestError,
    RunNotFoundError,
    ServerRefusedError,
    ServerUnreachableError,
    SpoolUnwritableError,
)
from swiftlog_core.transport.address import url_is_safe
from swiftlog_core.transport.delivery import Pace, Progress
from swiftlog_core.transport.learned import remember
from swiftlog_core.transport.outflow import Outflow

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from swiftlog_core.events import Frame, Position, Receipt, RunInfo
    from swiftlog_core.stream.spool import SpoolClosing
    from swiftlog_core.transport.address import Server
    from swiftlog_core.transport.interfaces import Transport
    from swiftlog_core.wire.codec import Opened

MOST_UNANSWERED: Final = 3


class Consignment:
    """A run that is to be shipped: what is sent where, and how far it has got.

    Shared by the recorder's threads and the shipper's. ``adopt`` takes the frames
    that only the server has and returns the run's new closing. The events: the
    server has *answered*; the closing is known; there is to be a *stop*.
    ``unanswered_opens`` counts OpenRuns of which nobody knows whether, and when, the
    server acts on them.
    """

    def __init__(
        self,
        path: Path,
        info: RunInfo,
        server: Server,
        pace: Pace,
        adopt: Callable[[Iterator[Frame]], SpoolClosing] | None,
    ) -> None:
        """Start with nothing sent."""
        self.path = path
        self.info = info
        self.server = server
        self.pace = pace
        self.adopt = adopt
        self.progress = Progress(path)
        self.closing: SpoolClosing | None = None
        self.closing_known = threading.Event()
        self.answered = threading.Event()
        self.stop = threading.Event()
        self.unanswered_opens = 0
        self.outflow: Outflow | None = None
        self.transport: Transport | None = None

    def notify(self) -> None:
        """Tell that the spool has new frames."""
        outflow = self.outflow
        if outflow is not None:
            outflow.notify()

    def end(self, closing: SpoolClosing) -> None:
        """Tell how the run ended; an outflow made later asks for itself."""
        self.closing = closing
        self.closing_known.set()
        outflow = self.outflow
        if outflow is not None:
            outflow.end(closing.receipt.frames)

    def break_off(self) -> None:
        """Stop whatever is being sent, from any thread."""
        self.stop.set()
        self.closing_known.set()
        outflow, transport = self.outflow, self.transport
        if outflow is not None:
            outflow.cancel()
        if transport is not None:
            transport.cancel()

    @property
    def http_base(self) -> str:
        """The HTTP base that the token may go to; empty when none is known."""
        base = self.server.url or self.progress.now.http_url
        return base if base and url_is_safe(base, self.server.address) else ""


class Attempt:
    """One try over one connection."""

    def __init__(self, consignment: Consignment, transport: Transport) -> None:
        """Take the run and an unused transport; ``ship`` does the rest."""
        self._run = consignment
        self._transport = transport

    def ship(self) -> bool:
        """Ship what the server lacks; tell whether the run is delivered.

        Blocks as long as the run lives. Raises what ended the try.
        """
        run = self._run
        opened = self._open()
        self._agree(opened.position)
        run.progress.connected(opened.server_id, opened.http_url.rstrip("/"))
        remember(run.path, run.server.address.target, run.http_base)
        run.progress.advance(opened.position.seq)
        run.answered.set()
        if opened.receipt is not None:
            run.closing_known.wait()
            return self._accept(opened.receipt, "")
        try:
            self._exchange(opened)
            return self._close(opened.epoch)
        except ServerRefusedError as error:
            if error.server_code == RunNotFoundError.code:
                # Restored from a copy older than the run: OpenRun makes it again.
                raise ServerUnreachableError(error.address, error.reason) from error
            raise

    def _open(self) -> Opened:
        run = self._run
        try:
            return self._transport.open(run.info)
        except (ServerUnreachableError, IngestError):
            run.unanswered_opens = min(run.unanswered_opens + 1, MOST_UNANSWERED)
            raise

    def _exchange(self, opened: Opened) -> None:
        run = self._run
        outflow = run.outflow = Outflow(
            run.path,
            opened.position.seq,
            heartbeat_seconds=float(opened.heartbeat_seconds) or run.pace.heartbeat,
            ack_seconds=run.pace.ack,
            on_stall=self._transport.cancel,
        )
        if run.closing is not None:  # ``end`` may have come before the outflow
            outflow.end(run.closing.receipt.frames)
        try:
            for seq in self._transport.exchange(run.info.run_id, opened.epoch, outflow):
                outflow.acknowledge(seq)
                run.progress.advance(seq)
                closing = run.closing
                if run.stop.is_set() or (closing and seq >= closing.receipt.frames):
                    return
        finally:
            run.outflow = None
            outflow.cancel()
        if outflow.error is not None:
            raise outflow.error

    def _agree(self, position: Position) -> None:
        """Check that the server holds a beginning of this log, or take the rest."""
        run = self._run
        with run.progress.reading() as spool:
            local = spool.position()
            here = spool.position_at(min(position.seq, local.seq))
        if position.seq <= local.seq:
            if here.chain != position.chain:
                reason = f"the server holds another log of {run.info.run_id}"
                raise FrameConflictError(reason, position.seq)
            return
        if run.adopt is None:
            reason = f"the server holds more of {run.info.run_id} than this spool"
            raise FrameConflictError(reason, position.seq)
        run.closing = run.adopt(self._transport.fetch(run.info.run_id, local.seq))

    def _close(self, epoch: int) -> bool:
        from swiftlog_core.wire.codec import Closing

        run = self._run
        closing = run.closing
        if closing is None or run.progress.now.durable_seq < closing.receipt.frames:
            reason = "it ended the stream before it had every frame"
            raise ServerUnreachableError(run.server.address.target, reason)
        if any(closing.unmarked):
            raise SpoolUnwritableError(str(run.path), "no room to mark the last gap")
        with run.progress.reading() as spool:
            position = spool.position()
        receipt = closing.receipt
        hashes = (receipt.sha256_stdout, receipt.sha256_stderr)
        gaps = (receipt.gaps, receipt.gap_bytes)
        run_id = run.info.run_id
        request = Closing(run_id, epoch, closing.exit, position, *hashes, *gaps)
        try:
            closed = self._transport.close_run(request)
        except CloseMismatchError as error:
            if error.durable_seq < position.seq:
                # Restored from an older copy just now: what it lacks is sent again.
                raise ServerUnreachableError(
                    run.server.address.target, str(error)
                ) from error
            raise
        return self._accept(closed.receipt, closed.run_url)

    def _accept(self, receipt: Receipt, run_url: str) -> bool:
        """Take *receipt* as the proof of delivery when it is that of this log."""
        run = self._run
        if run.closing is None:
            return False
        mine = run.closing.receipt
        if receipt != mine._replace(acknowledged_by=receipt.acknowledged_by):
            reason = "the server's receipt is not that of this log"
            raise CloseMismatchError(reason, receipt.frames)
        base = run.http_base
        url = run_url or (f"{base}/runs/{receipt.run_id}" if base else "")
        server_id = receipt.acknowledged_by or run.progress.now.server_id
        run.progress.delivered(receipt, server_id, url)
        return True
