"""A run's log as commands read it, and the reader of spools on this machine.

``RunLog`` is what ``show``, ``logs``, ``watch`` and ``explain`` work on; the other
one, of runs on a server, is in ``server_runlogs``. Reading never locks and never
changes a spool.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

from swiftlog_cli.records import RunRecord
from swiftlog_core.events import LOST, RUNNING
from swiftlog_core.stream.layout import decode
from swiftlog_core.stream.lines import Joiner, text_blocks
from swiftlog_core.stream.spool import Spool

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from swiftlog_core.events import Frame
    from swiftlog_core.stream.lines import Line

POLL_SECONDS: Final = 0.05


class LineRange(NamedTuple):
    """Lines *first* to *last*, both inclusive; ``last`` 0 means to the end."""

    first: int = 1
    last: int = 0

    def holds(self, number: int) -> bool:
        """Tell whether line *number* lies within."""
        return self.first <= number and (not self.last or number <= self.last)


class RunLog(Protocol):
    """The log of one run, at one place. One thread at a time; close it."""

    def record(self) -> RunRecord:
        """Return what is known of the run now."""
        ...

    def lines(self, span: LineRange, stream: int = 0) -> Iterator[Line]:
        """Yield the lines of *span* in order; of one *stream* when it is not 0."""
        ...

    def follow(self, first: int, stream: int = 0) -> Iterator[Line]:
        """Yield lines from *first* on as they come, until the run has ended."""
        ...

    def raw(self, stream: int = 0) -> Iterator[bytes]:
        """Yield what was printed: all in the order of arrival, or one *stream*."""
        ...

    def text(self) -> Iterator[bytes]:
        """Yield the log in line order: line k ends at the k-th newline."""
        ...

    def close(self) -> None:
        """Let go of the file or connection."""
        ...


class LocalRunLog:
    """A spool on this machine, live or not."""

    def __init__(self, path: Path, *, live: bool = False) -> None:
        """Open the spool at *path*; *live* tells that its recorder works.

        Raises ``SpoolCorruptError``.
        """
        self._spool = Spool.read(path)
        self._live = live

    def record(self) -> RunRecord:
        """Return what the spool says; a dead one without an end is ``lost``."""
        return record_of(self._spool, live=self._live)

    def lines(self, span: LineRange, stream: int = 0) -> Iterator[Line]:
        """Yield the lines of *span*; raises ``SpoolCorruptError`` at a damage."""
        joiner = Joiner()
        seq = self._first_frame(span.first)
        for frame in self._spool.frames(seq - 1):
            for line in joiner.feed(frame.first_line, decode(frame)):
                if span.last and line.number > span.last:
                    return
                if span.holds(line.number) and stream in (0, line.stream):
                    yield line
        for line in joiner.finish():
            if span.holds(line.number) and stream in (0, line.stream):
                yield line

    def follow(self, first: int, stream: int = 0) -> Iterator[Line]:
        """Yield lines as frames are committed, looking 20 times a second."""
        joiner = Joiner()
        seq = self._first_frame(first) - 1
        while True:
            ended = self._has_ended()  # before the frames: none comes after it
            for frame in self._spool.frames(seq):
                seq = frame.seq
                for line in joiner.feed(frame.first_line, decode(frame)):
                    if line.number >= first and stream in (0, line.stream):
                        yield line
            if ended:
                break
            time.sleep(POLL_SECONDS)
        for line in joiner.finish():
            if line.number >= first and stream in (0, line.stream):
                yield line

    def raw(self, stream: int = 0) -> Iterator[bytes]:
        """Yield the text of each frame, or the parts of it that are *stream*'s."""
        for frame in self._spool.frames():
            yield of_stream(frame, stream)

    def text(self) -> Iterator[bytes]:
        """Yield the log in line order, at the cost of decompression mostly."""
        return text_blocks(self._spool.frames())

    def close(self) -> None:
        """Close the spool."""
        self._spool.close()

    def _first_frame(self, line: int) -> int:
        """Return the frame to start from, so that *line* is read from its start."""
        return max(1, self._spool.seq_of_line(line)) if line > 1 else 1

    def _has_ended(self) -> bool:
        if not self._live or self._spool.closing is not None:
            return True
        from swiftlog_cli.references import is_live

        self._live = is_live(self._spool.path)
        return not self._live


def of_stream(frame: Frame, stream: int) -> bytes:
    """Return what *frame* holds of *stream*; all of its text for 0."""
    body = decode(frame)
    if not stream or not body.streams.strip(bytes((stream,))):
        return body.text
    parts, offset = [], 0
    for number, size in zip(body.streams, body.sizes, strict=True):
        if number == stream:
            parts.append(body.text[offset : offset + size])
        offset += size
    return b"".join(parts)


def record_of(spool: Spool, *, live: bool) -> RunRecord:
    """Return what *spool* says of its run."""
    info, closing, position = spool.info, spool.closing, spool.position()
    delivered = spool.delivered
    if closing is None:
        status, code, signal = (RUNNING if live else LOST), None, 0
        cause, duration, receipt = "", None, None
    else:
        status, code, signal, cause, duration = closing.exit
        receipt = {
            key: value.hex() if isinstance(value, bytes) else value
            for key, value in closing.receipt._asdict().items()
        }
    return RunRecord(
        info.run_id,
        status,
        code,
        signal,
        cause,
        info.project,
        info.group,
        info.argv,
        info.started_ns,
        duration,
        position.lines,
        position.size,
        position.seq,
        "local",
        info.cwd,
        info.host,
        info.tty,
        info.merged,
        info.meta,
        info.ci,
        info.client_version,
        info.parent_run_id,
        bool(delivered),
        delivered.get("url", ""),
        closing.receipt.gaps if closing else 0,
        closing.receipt.gap_bytes if closing else 0,
        receipt,
        str(spool.path),
    )
