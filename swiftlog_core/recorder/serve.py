"""The recorder's life: from the first message of the pump to the last word to it.

Order of events. (1) Masks are made ready and the spool is opened, while the command
already works. (2) Messages are masked and framed here; sealing and committing go on
in the writer's thread, shipping in the shipper's. (3) The pump says goodbye, or its
pipe ends without: the run is closed, in the second case as ``lost``. (4) What is left
is shipped for a bounded time, while a failed run is explained. (5) The pump is told
the outcome in a ``DONE`` message and this process ends.
"""

from __future__ import annotations

import json
import os
import threading
import time
from typing import TYPE_CHECKING, Final

from swiftlog_core.capture.link import (
    FAILURE,
    KIND_EXIT,
    KIND_GAP,
    KIND_STDERR,
    KIND_STDOUT,
    decode_gap,
)
from swiftlog_core.errors import ConfigError, SwiftLogError
from swiftlog_core.events import (
    FAILED,
    LOST,
    STDERR,
    STDOUT,
    ExitStatus,
    Receipt,
)
from swiftlog_core.recorder.opening import Opening
from swiftlog_core.recorder.plan import CARD, DONE, NOTE
from swiftlog_core.recorder.writer import Writer
from swiftlog_core.stream.frame import Framer, Sealer
from swiftlog_core.stream.spool import SpoolClosing

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from swiftlog_core.capture.link import LinkReader, StatusWriter
    from swiftlog_core.recorder.plan import RecorderPlan
    from swiftlog_core.stream.frame import Draft
    from swiftlog_core.transport.delivery import Delivery
    from swiftlog_core.transport.shipper import Shipper

_FIRST_PAUSE: Final = 0.005  # seconds of silence in which rarer things are set up
_LISTEN_BY_NS: Final = 100_000_000  # and without one
_WORDS: Final = 3900  # a status message is at most 4,000 bytes
_TEXT: Final = 900  # of each of the four texts of the last one


def _cut(text: str) -> str:
    """Return *text* as at most ``_TEXT`` bytes of JSON: four fit one message."""
    text = text.encode("utf-8", "replace")[:_TEXT].decode("utf-8", "ignore")
    while len(json.dumps(text, ensure_ascii=False).encode()) > _TEXT:
        text = text[: len(text) * 9 // 10]
    return text


def serve(reader: LinkReader, status: StatusWriter, plan: RecorderPlan) -> int:
    """Record one run until its pump ends; return the process's exit code."""
    os.umask(0o077)  # logs are their user's alone
    try:
        recorder = Recorder(status, plan)
    except SwiftLogError as error:
        status.send(FAILURE, str(error).encode("utf-8", "replace")[:_WORDS])
        return 1
    recorder.listen(reader)
    recorder.finish()
    return 0


class Recorder:
    """The main thread of the recorder's process."""

    def __init__(self, status: StatusWriter, plan: RecorderPlan) -> None:
        """Open the spool and start the writer, and the shipper if a server is set."""
        self._status = status
        self._plan = plan
        self._opened = opened = Opening(plan, status)
        self._masker = opened.masker
        position = opened.spool.position()
        self._framer = Framer(position)
        sealer = Sealer(position.chain)
        self._gone = opened.spool.raw  # bytes per stream that the log accounts for
        gaps = gap_bytes = 0
        if position.seq:
            sealer = Sealer(opened.start_chain)
            gaps, gap_bytes = sealer.replay(opened.spool.frames())
        self._base = self._covered = self._gone
        self._sealer = sealer
        self._shipper = self._start_shipper()
        self._writer = Writer(opened.spool, sealer, position, self._committed)
        self._writer.gaps, self._writer.gap_bytes = gaps, gap_bytes
        self._exit: ExitStatus | None = None
        self._delivery: Delivery | None = None
        self._settled = False
        for name, reason in self._masker.warnings:
            self._say(NOTE, f"{name} is not masked: {reason}")

    # -- while the command runs -------------------------------------------------

    def listen(self, reader: LinkReader) -> None:
        """Take messages until the pump has said goodbye or is gone."""
        now = 0
        while not (reader.ended or reader.broken):
            messages = reader.read(self._patience())
            idle = not (messages or reader.is_midway)
            if not self._settled and (idle or now > _LISTEN_BY_NS):
                self._opened.settle_in()
                self._settled = True
            drafts: list[Draft] = []
            for stream, times, chunks in self._grouped(messages):
                masked = self._masker.mask(stream, chunks)
                for t_ns, data in zip(times, masked, strict=True):
                    if data:
                        drafts += self._framer.add(stream, t_ns, data)
            # While bytes keep coming their own clock counts: when we lag behind, a
            # tail is not old, its end is only not read yet.
            now = messages[-1][1] if messages else now
            drafts += self._framer.take(self._now() if idle else now)
            self._put(drafts)

    def _grouped(
        self, messages: Sequence[tuple[int, int, bytes]]
    ) -> Iterator[tuple[int, list[int], list[bytes]]]:
        """Yield runs of reads of one stream; other messages are acted on between."""
        out, err = self._gone
        stream, times, chunks = 0, [], []  # type: int, list[int], list[bytes]
        for kind, t_ns, body in messages:
            if kind != stream and chunks:
                yield stream, times, chunks
                times, chunks = [], []
            stream = kind
            if kind == KIND_STDOUT:
                out += len(body)
            elif kind == KIND_STDERR:
                err += len(body)
            else:
                self._gone = (out, err)
                self._act(kind, t_ns, body)
                out, err = self._gone
                continue
            self._gone = (out, err)
            times.append(t_ns)
            chunks.append(body)
        if chunks:
            yield stream, times, chunks

    def _act(self, kind: int, t_ns: int, body: bytes) -> None:
        if kind == KIND_EXIT:
            said = json.loads(body)
            self._exit = ExitStatus(
                said["status"],
                said["exit_code"],
                said["signal"],
                said["cause"],
                said["duration_ns"],
            )
        elif kind == KIND_GAP:
            gap = decode_gap(body)
            known = list(self._gone)
            index = gap.stream - 1
            # A predecessor may have committed more than it had acknowledged.
            size = gap.offset - known[index]
            known[index] = gap.offset
            self._gone = (known[0], known[1])
            if size > 0:
                self._framer.gap(gap.stream, t_ns, size, gap.cause)

    def _now(self) -> int:
        return time.monotonic_ns() - self._plan.start_ns

    def _patience(self) -> float | None:
        due = self._framer.due_ns
        if due is None:
            return None if self._settled else _FIRST_PAUSE
        return max(0.0, (due - self._now()) / 1e9)

    def _put(self, drafts: list[Draft]) -> None:
        if drafts:
            out, err = self._gone
            # What waits for its line's end is in no frame yet. Where a mask waits, its
            # length stands for the value's: a gap after our death is off by that.
            covered_out, covered_err = self._covered
            self._covered = (
                max(covered_out, out - self._held(STDOUT)),
                max(covered_err, err - self._held(STDERR)),
            )
            self._writer.put(drafts, self._covered)

    def _held(self, stream: int) -> int:
        return self._masker.held(stream) + self._framer.held(stream)

    def _committed(self, out: int, err: int) -> None:
        base_out, base_err = self._base
        self._status.acknowledge(out - base_out, err - base_err)
        if self._shipper is not None:
            self._shipper.notify()

    # -- at the end -------------------------------------------------------------

    def finish(self) -> None:
        """Close the run, ship, explain, and tell the pump."""
        drafts: list[Draft] = []
        now = self._now()
        for stream in (STDOUT, STDERR):
            rest = self._masker.finish(stream)
            if rest:
                drafts += self._framer.add(stream, now, rest)
        drafts += self._framer.take(now, final=True)
        self._put(drafts)
        self._writer.finish()
        self._opened.close_masks()
        closing = self._close()
        shipping = None
        if self._shipper is not None:
            shipping = threading.Thread(target=self._ship, args=(closing,))
            shipping.start()
        if closing.exit.status == FAILED and self._exit is not None:
            self._explain(closing)
        if shipping is not None:
            shipping.join()
        self._tell(closing)

    def _close(self) -> SpoolClosing:
        writer, sealer = self._writer, self._sealer
        end = writer.position
        exit_status = self._exit or self._lost()
        receipt = Receipt(
            self._plan.run_id,
            end.size,
            end.lines,
            end.seq,
            end.chain,
            sealer.stream_digest(STDOUT),
            sealer.stream_digest(STDERR),
            writer.gaps,
            writer.gap_bytes,
        )
        closing = SpoolClosing(exit_status, receipt, writer.unmarked)
        self._opened.close(closing)
        return closing

    def _lost(self) -> ExitStatus:
        """The pump vanished without a goodbye: say what is known of why."""
        cause = self._opened.cause_of_death()
        return ExitStatus(LOST, None, 0, cause, self._now())

    def _start_shipper(self) -> Shipper | None:
        if not self._plan.config.text("server"):
            return None
        from swiftlog_core.transport.address import server_of
        from swiftlog_core.transport.shipper import Shipper

        try:
            server = server_of(self._plan.config)
        except ConfigError as error:
            self._say(NOTE, f"not shipped: {error}")
            return None
        if server is None:
            return None
        if server.address.warning:
            self._say(NOTE, server.address.warning)
        shipper = Shipper(self._opened.path, self._opened.info, server)
        shipper.start()
        return shipper

    def _ship(self, closing: SpoolClosing) -> None:
        if self._shipper is None:
            return
        flush = self._plan.config.seconds("flush_timeout") or 0.0
        self._delivery = self._shipper.finish(closing, flush_seconds=flush)

    def _explain(self, closing: SpoolClosing) -> None:
        from swiftlog_core.recorder.card import card_of

        plan = self._plan
        try:
            opened = self._opened
            card = card_of(opened.path, opened.info, closing.exit, plan)
        except Exception as error:  # noqa: BLE001 - parsers are plugins; the run is safe
            self._say(NOTE, f"no explanation: {type(error).__name__}: {error}")
            return
        data = card.encode("utf-8", "replace")
        for start in range(0, len(data), _WORDS):
            self._status.send(CARD, data[start : start + _WORDS])

    def _tell(self, closing: SpoolClosing) -> None:
        receipt = closing.receipt
        summary: dict[str, object] = {
            "path": str(self._opened.path),
            "lines": receipt.lines,
            "size": receipt.size,
            "gaps": receipt.gaps,
            "gap_bytes": receipt.gap_bytes,
            "error": self._writer.error[:500],
        }
        if self._delivery is not None:
            delivered = self._delivery.receipt is not None
            reason = self._delivery.reason or "the server was not reached in time"
            summary["delivered"] = delivered
            summary["url"] = self._delivery.run_url[:1000]
            summary["undelivered"] = "" if delivered else reason[:500]
        self._opened.seal()
        # Not in ASCII: its escapes could make one letter twelve bytes. Cut by bytes.
        texts = {k: _cut(v) if isinstance(v, str) else v for k, v in summary.items()}
        self._status.send(DONE, json.dumps(texts, ensure_ascii=False).encode())

    def _say(self, kind: int, text: str) -> None:
        self._status.send(kind, text.encode("utf-8", "replace")[:_WORDS])
