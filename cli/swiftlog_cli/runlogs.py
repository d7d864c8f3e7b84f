"""A run's log as commands read it, and the reader of spools on this machine.

``RunLog`` is what ``show``, ``logs``, ``watch`` and ``explain`` work on; the other
one, of runs on a server, is in ``server_runlogs``. Reading never locks and never
changes a spool.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final, Protocol

from swiftlog_cli.entries import LineRange, entries, of_stream, plain
from swiftlog_cli.records import RunRecord, receipt_as_json
from swiftlog_core.errors import (
    RunNotFoundError,
    ServerUnreachableError,
    SpoolCorruptError,
)
from swiftlog_core.library.index import look_at
from swiftlog_core.library.locks import is_locked
from swiftlog_core.search.scan import Options, search
from swiftlog_core.stream.lines import text_blocks
from swiftlog_core.stream.spool import Spool

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from swiftlog_cli.entries import Entry
    from swiftlog_cli.selection import Grep
    from swiftlog_core.events import Frame
    from swiftlog_core.library.index import LocalRun


PATIENCE_SECONDS: Final = 60.0
RETRY_SECONDS: Final = 1.0


class RunLog(Protocol):
    """The log of one run, at one place. One thread at a time; close it."""

    @property
    def poll_seconds(self) -> float:
        """How long to wait before asking for news again."""
        ...

    def record(self) -> RunRecord:
        """Return what is known of the run now."""
        ...

    def lines(
        self, span: LineRange, stream: int = 0, grep: Grep | None = None
    ) -> Iterator[Entry]:
        """Yield lines in order, and gaps: those of *span*, of *stream* when not 0.

        With *grep*, only what it finds, and its context.
        """
        ...

    def frames(self, after_seq: int = 0) -> Iterator[Frame]:
        """Yield the frames behind *after_seq*, as they are stored now."""
        ...

    def frame_of(self, line: int) -> int:
        """Return a frame's number from which *line* can be read from its start."""
        ...

    def has_ended(self) -> bool:
        """Tell whether no frame will follow those that are stored now."""
        ...

    def raw(self, stream: int = 0) -> Iterator[bytes]:
        """Yield what was printed: all in the order of arrival, or one *stream*."""
        ...

    def plain(self) -> Iterator[bytes]:
        """Yield all lines in order as text, each ended by a newline."""
        ...

    def text(self) -> Iterator[bytes]:
        """Yield the same for explaining: of overlong lines only the beginning."""
        ...

    def close(self) -> None:
        """Let go of the file or connection."""
        ...


def followed(log: RunLog, after_seq: int) -> Iterator[Frame]:
    """Yield frames behind *after_seq* as they are stored, until the run has ended.

    A server that is away for less than ``PATIENCE_SECONDS`` is waited for; nothing is
    lost or told twice.
    """
    lost_at = 0.0
    while True:
        try:
            ended = log.has_ended()  # asked first: none comes after the answer "yes"
            for frame in log.frames(after_seq):
                after_seq = frame.seq
                yield frame
        except ServerUnreachableError:
            lost_at = lost_at or time.monotonic()
            if time.monotonic() - lost_at > PATIENCE_SECONDS:
                raise
            time.sleep(RETRY_SECONDS)
            continue
        lost_at = 0.0
        if ended:
            return
        time.sleep(log.poll_seconds)


class LocalRunLog:
    """A spool on this machine, live or not."""

    poll_seconds: Final = 0.05

    def __init__(self, path: Path) -> None:
        """Open the spool at *path*; raises ``SpoolCorruptError``."""
        self.path = path
        self._spool = Spool.read(path)

    def record(self) -> RunRecord:
        """Return what the spool says; a dead one without an end is ``lost``."""
        run = look_at(self.path)
        if run is None:
            raise RunNotFoundError(str(self.path))
        return record_of(run)

    def lines(
        self, span: LineRange, stream: int = 0, grep: Grep | None = None
    ) -> Iterator[Entry]:
        """Yield the lines of *span*; raises ``SpoolCorruptError`` at a damage."""
        frames = self._spool.frames(self.frame_of(span.first) - 1)
        if grep is not None and not grep.context:
            options = Options(stream, span.first, span.last)
            return iter(search(frames, grep.compiled(), options))
        found = entries(frames, span, stream, ended=self.has_ended())
        return grep.pick(found) if grep else found

    def frames(self, after_seq: int = 0) -> Iterator[Frame]:
        """Yield the frames behind *after_seq*."""
        return self._spool.frames(after_seq)

    def frame_of(self, line: int) -> int:
        """Return the number of the frame in which *line* begins."""
        if line <= 1:
            return 1
        return self._spool.seq_of_line(line) or self._spool.position().seq + 1

    def has_ended(self) -> bool:
        """Tell whether the spool has its end, or nobody writes it any more."""
        return self._spool.closing is not None or not is_locked(self.path)

    def raw(self, stream: int = 0) -> Iterator[bytes]:
        """Yield the text of each frame, or the parts of it that are *stream*'s."""
        for frame in self._spool.frames():
            yield of_stream(frame, stream)

    def plain(self) -> Iterator[bytes]:
        """Yield all lines in order, at the cost of decompression mostly."""
        return plain(self._spool.frames())

    def text(self) -> Iterator[bytes]:
        """Yield the log in line order for explaining."""
        return text_blocks(self._spool.frames())

    def close(self) -> None:
        """Close the spool."""
        self._spool.close()


def record_of(run: LocalRun) -> RunRecord:
    """Return *run* as commands show it; raises ``SpoolCorruptError`` for damage."""
    info, position = run.info, run.position
    if info is None or position is None:
        raise SpoolCorruptError(str(run.path), run.damage)
    code, signal, cause, duration, receipt = None, 0, "", None, None
    if run.closing is not None:
        _, code, signal, cause, duration = run.closing.exit
        receipt = receipt_as_json(run.closing.receipt)
    return RunRecord(
        info.run_id,
        run.status,
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
        run.delivered,
        run.url,
        run.closing.receipt.gaps if run.closing else 0,
        run.closing.receipt.gap_bytes if run.closing else 0,
        receipt,
        str(run.path),
    )
