"""What live logs need from the rest: heads and frames of runs, and hints.

``HeadSource`` is the truth and may be asked at any time; a hint only says that
asking is worth while, and may be lost, late, or repeated.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from swiftlog_core.events import Frame


class Head(NamedTuple):
    """Where a run stands: its last durable frame and its status.

    ``version`` rises with every change of what ``status`` messages show. ``closed``
    tells that no frame will follow. ``started_ns`` is the wall clock of the start.
    """

    run_id: str
    seq: int
    lines: int
    version: int
    status: str
    closed: bool
    started_ns: int
    exit_code: int | None = None
    signal: int = 0
    cause: str = ""
    duration_ns: int | None = None
    ai_status: str = "none"


class LogSource(Protocol):
    """Durable runs and their frames. Synchronous and thread-safe."""

    def heads(self, run_ids: Sequence[str]) -> Mapping[str, Head]:
        """Return the heads of those runs that exist."""

    def seq_before_line(self, run_id: str, line: int) -> int:
        """Return the number of the frame before the one in which *line* begins.

        For a line that does not exist yet: before the last frame, or 0.
        """

    def frames_after(self, run_id: str, seq: int, max_bytes: int) -> Sequence[Frame]:
        """Return the frames after *seq*, in order, about *max_bytes* of text.

        At least one when there is one.
        """
