"""What an event bus does: carry hints.

An event is never the truth. It may be lost, late or repeated, and who misses one
finds out from the database.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from swiftlog_core.events import Frame

MAX_INLINE_BYTES: Final = 64 * 1024


class RunEvent(NamedTuple):
    """A run moved: frame ``seq`` is durable, or its status has a new version.

    ``first_line`` is the first line that may begin in the frame, ``end_line`` the
    last line begun so far. ``frame`` is that frame itself when its payload is at most
    ``MAX_INLINE_BYTES``; ``None`` also for a change of status alone.
    """

    run_id: str
    seq: int
    first_line: int
    end_line: int
    status_version: int
    frame: Frame | None = None


class Subscription(Protocol):
    """An interest in events."""

    def close(self) -> None:
        """End it; at most the event that is being delivered still arrives."""


class EventBus(Protocol):
    """Takes events from any thread and hands them to subscribers."""

    def publish(self, events: Sequence[RunEvent]) -> None:
        """Tell all who listen; never blocks for long and never raises."""

    def subscribe(
        self, run_id: str | None, take: Callable[[RunEvent], None]
    ) -> Subscription:
        """Call *take* with the events of a run; ``None``: of every run.

        It is called on the publisher's thread and must be quick.
        """

    def close(self) -> None:
        """Drop every subscription and connection."""
