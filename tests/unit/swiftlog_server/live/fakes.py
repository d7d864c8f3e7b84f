"""A store in memory for the live tests, which counts what it is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from swiftlog_server.bus.interfaces import RunEvent
from swiftlog_server.live.interfaces import Head

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from swiftlog_core.events import Frame
    from tests.unit.swiftlog_server.recording import Recording


class MemoryLogs:
    """Holds the first ``seq`` frames of one recording as durable."""

    def __init__(self, recording: Recording, seq: int = 0) -> None:
        self.recording = recording
        self.seq = seq
        self.version = 1
        self.closed = False
        self.gone = False
        self.frame_reads = 0
        self.head_reads = 0

    def head(self) -> Head:
        lines = self.recording.positions[self.seq].lines
        status = "success" if self.closed else "running"
        run_id = self.recording.run_id
        return Head(run_id, self.seq, lines, self.version, status, self.closed, 0)

    def event(self, *, inline: bool = True) -> RunEvent:
        """Return the hint for the frame that is durable last."""
        frame = self.recording.frames[self.seq - 1]
        lines = self.recording.positions[self.seq].lines
        return RunEvent(
            self.recording.run_id,
            self.seq,
            frame.first_line,
            lines,
            self.version,
            frame if inline else None,
        )

    def heads(self, run_ids: Sequence[str]) -> Mapping[str, Head]:
        self.head_reads += 1
        if self.gone or self.recording.run_id not in run_ids:
            return {}
        return {self.recording.run_id: self.head()}

    def seq_before_line(self, run_id: str, line: int) -> int:
        del run_id
        frames = self.recording.frames[: self.seq]
        return max(0, sum(frame.first_line <= line for frame in frames) - 1)

    def frames_after(self, run_id: str, seq: int, max_bytes: int) -> Sequence[Frame]:
        del run_id, max_bytes
        self.frame_reads += 1
        return self.recording.frames[seq : min(self.seq, seq + 2)]
