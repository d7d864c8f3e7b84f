"""What a log store does: keep the frames of runs and give them back.

Synchronous and thread-safe. A store knows frames and their order, nothing of
projects, principals or statuses.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from sqlalchemy.engine import Connection

    from swiftlog_core.events import Frame


class StoredFrame(NamedTuple):
    """A frame and the run whose next one it is."""

    run_id: str
    frame: Frame


class ChainLink(NamedTuple):
    """What a frame adds to its run's chain."""

    seq: int
    first_line: int
    digest: bytes


class LogStore(Protocol):
    """Where frames are kept."""

    def append(self, connection: Connection, frames: Sequence[StoredFrame]) -> int:
        """Add frames within the caller's transaction; return how many were new.

        A frame whose number is taken is passed over, never overwritten.
        """

    def digests(
        self, connection: Connection, run_id: str, seqs: Iterable[int]
    ) -> Mapping[int, bytes]:
        """Return the digests of those frames that are stored."""

    def frame_of_line(self, run_id: str, line: int) -> int:
        """Return the number of the frame in which *line* begins.

        Of the last frame when the line does not exist yet; 0 for an empty run.
        """

    def frames(
        self, run_id: str, *, after_seq: int = 0, max_bytes: int | None = None
    ) -> Iterator[Frame]:
        """Yield frames with higher numbers than *after_seq*, in order.

        Reads ahead by pages, so that memory stays bounded; ends after the frame that
        makes the payloads reach *max_bytes*.
        """

    def frames_before(self, run_id: str, before_seq: int, count: int) -> list[Frame]:
        """Return up to *count* frames that end before *before_seq*, in order."""

    def chain(self, run_id: str, *, after_seq: int, limit: int) -> list[ChainLink]:
        """Return the links of up to *limit* frames after *after_seq*, in order."""

    def delete(self, run_id: str) -> None:
        """Delete a run's frames, in transactions that stay short."""
