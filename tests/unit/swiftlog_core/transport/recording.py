"""A run as its recorder leaves it in a spool, for tests of what comes after."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

from swiftlog_core.events import STDERR, STDOUT, ExitStatus, Position, Receipt, RunInfo
from swiftlog_core.stream.frame import Framer, Sealer
from swiftlog_core.stream.layout import empty_position
from swiftlog_core.stream.spool import Spool, SpoolClosing

if TYPE_CHECKING:
    from pathlib import Path

    from swiftlog_core.events import Frame


def new_run_id() -> str:
    value = (time.time_ns() // 1_000_000) << 80 | 0x7 << 76 | 0x2 << 62
    value |= int.from_bytes(os.urandom(7), "big")
    text = f"{value:032x}"
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))


def run_info(run_id: str = "", **more: str) -> RunInfo:
    return RunInfo(
        run_id or new_run_id(),
        more.get("project", "acme/site"),
        more.get("group", "build"),
        ("make", "all"),
        "/work",
        time.time_ns(),
        host="here",
        client_version="0.1.0",
    )


class Recording:
    """Writes frames of numbered lines into a spool, one frame a call."""

    def __init__(self, path: Path, info: RunInfo | None = None) -> None:
        self.info = info or run_info()
        self.path = path
        self.spool = Spool.create(path, self.info)
        start = empty_position(self.info.run_id)
        self._framer, self._sealer = Framer(start), Sealer(start.chain)
        self.position: Position = start
        self.frames: list[Frame] = []
        self.log = {STDOUT: b"", STDERR: b""}
        self._line = 0
        self._now = 0
        self._gaps = self._gap_bytes = 0

    def lines(self, count: int = 3, stream: int = STDOUT, pad: int = 0) -> None:
        """Commit one frame of *count* numbered lines."""
        data = b""
        for _ in range(count):
            self._line += 1
            filler = os.urandom(pad).hex()
            data += f"line {self._line} {filler}\n".encode()
        self.write(data, stream)

    def write(self, data: bytes, stream: int = STDOUT) -> None:
        """Commit *data* as one frame (or more when it is long)."""
        self._now += 1_000_000
        self.log[stream] += data
        drafts = [*self._framer.add(stream, self._now, data)]
        drafts += self._framer.take(self._now, final=True)
        self._commit(drafts)

    def gap(self, size: int, cause: str) -> None:
        """Commit a frame that holds nothing but a gap."""
        self._framer.gap(STDOUT, self._now, size, cause)
        self._gaps += 1
        self._gap_bytes += size
        self._commit([*self._framer.take(self._now, final=True)])

    def _commit(self, drafts: list) -> None:  # type: ignore[type-arg]  # Draft's own
        sealed = [self._sealer.seal(draft) for draft in drafts]
        self.spool.append(sealed, (len(self.log[STDOUT]), len(self.log[STDERR])))
        for frame, after in sealed:
            self.frames.append(frame)
            self.position = after

    def receipt(self) -> Receipt:
        """Return the receipt of what was committed."""
        return Receipt(
            self.info.run_id,
            self.position.size,
            self.position.lines,
            self.position.seq,
            self.position.chain,
            self._sealer.stream_digest(STDOUT),
            self._sealer.stream_digest(STDERR),
            self._gaps,
            self._gap_bytes,
        )

    def closing(self, exit_code: int = 0) -> SpoolClosing:
        """Record the run's end in the spool and return it."""
        status = "success" if exit_code == 0 else "failed"
        closing = SpoolClosing(ExitStatus(status, exit_code), self.receipt())
        self.spool.set_closing(closing)
        return closing

    def crash(self) -> None:
        """Leave the spool as a killed recorder does."""
        self.spool.close()
