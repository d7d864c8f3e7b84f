"""Runs as a recorder makes them, for tests of what takes them."""

from __future__ import annotations

import secrets
import time
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

from swiftlog_core.events import (
    STDERR,
    STDOUT,
    SUCCESS,
    ExitStatus,
    Frame,
    Position,
    RunInfo,
)
from swiftlog_core.stream.frame import Framer, Sealer
from swiftlog_core.stream.layout import empty_position
from swiftlog_core.wire.codec import Closing

if TYPE_CHECKING:
    from collections.abc import Iterable

MS = 1_000_000


class Loss(NamedTuple):
    """Bytes that could not be kept, in the place of a read."""

    stream: int
    size: int


def new_run_id() -> str:
    """Return a fresh UUIDv7."""
    milliseconds = int(time.time() * 1000) << 80
    random = secrets.randbits(80) & ~(0xF << 76) & ~(0x3 << 62)
    return str(UUID(int=milliseconds | random | (7 << 76) | (2 << 62)))


class Recording:
    """One run: its frames, the positions between them, and its end.

    Each item of *reads* is one read of a stream, framed by itself when *split*.
    """

    def __init__(
        self,
        reads: Iterable[tuple[int, bytes] | Loss],
        *,
        run_id: str = "",
        split: bool = True,
    ) -> None:
        self.run_id = run_id or new_run_id()
        start = empty_position(self.run_id)
        framer, sealer = Framer(start), Sealer(start.chain)
        self.positions: list[Position] = [start]
        self.frames: list[Frame] = []
        self.gaps = self.gap_bytes = 0
        self.text = {STDOUT: b"", STDERR: b""}
        for number, read in enumerate(reads):
            t_ns = number * MS
            drafts = []
            if isinstance(read, Loss):
                framer.gap(read.stream, t_ns, read.size, "disk")
                self.gaps += 1
                self.gap_bytes += read.size
            else:
                drafts += framer.add(read[0], t_ns, read[1])
                self.text[read[0]] += read[1]
            if split:
                drafts += framer.take(t_ns, final=True)
            self._seal(sealer, drafts)
        self._seal(sealer, list(framer.take(0, final=True)))

    def _seal(self, sealer: Sealer, drafts: list) -> None:  # type: ignore[type-arg] # of drafts
        for draft in drafts:
            frame, position = sealer.seal(draft)
            self.frames.append(frame)
            self.positions.append(position)

    @property
    def end(self) -> Position:
        """Where the log ends."""
        return self.positions[-1]

    def info(self, project: str = "acme/web", group: str = "tests") -> RunInfo:
        """Return what OpenRun says."""
        return RunInfo(
            self.run_id,
            project,
            group,
            ("make", "test"),
            "/src",
            1_700_000_000_000_000_000,
            ci={"branch": "main", "commit": "c0ffee"},
        )

    def closing(self, epoch: int, status: str = SUCCESS, code: int = 0) -> Closing:
        """Return what CloseRun says."""
        return Closing(
            self.run_id,
            epoch,
            ExitStatus(status, code, duration_ns=5_000_000_000),
            self.end,
            sha256(self.text[STDOUT]).digest(),
            sha256(self.text[STDERR]).digest(),
            self.gaps,
            self.gap_bytes,
        )


def numbered(count: int, *, split: bool = True, run_id: str = "") -> Recording:
    """Return a run of *count* numbered lines, every third one on STDERR."""
    reads = [
        (STDERR if n % 3 == 0 else STDOUT, b"line %d of the log\n" % n)
        for n in range(1, count + 1)
    ]
    return Recording(reads, run_id=run_id, split=split)
