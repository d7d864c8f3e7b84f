"""The event bus of a single process."""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING

import structlog

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from swiftlog_server.bus.interfaces import RunEvent

_log = structlog.get_logger(__name__)


class MemoryEventBus:
    """Calls subscribers directly. Thread-safe.

    *drop* decides, for tests, which events are lost on the way.
    """

    def __init__(self, drop: Callable[[RunEvent], bool] | None = None) -> None:
        """Start with nobody listening."""
        self._drop = drop
        self._lock = Lock()
        # Tuples are replaced, never changed: publishers read them without the lock.
        self._takers: dict[str | None, tuple[_Subscription, ...]] = {}

    def publish(self, events: Sequence[RunEvent]) -> None:
        """Call the takers of each event's run, then those of every run."""
        takers = self._takers
        if not takers:
            return
        of_all = takers.get(None, ())
        for event in events:
            listening = takers.get(event.run_id, ()) + of_all
            if not listening or (self._drop is not None and self._drop(event)):
                continue
            for subscription in listening:
                subscription.deliver(event)

    def subscribe(
        self, run_id: str | None, take: Callable[[RunEvent], None]
    ) -> _Subscription:
        """Call *take* on the publisher's thread with a run's events, or with all."""
        subscription = _Subscription(self, run_id, take)
        with self._lock:
            self._takers[run_id] = (*self._takers.get(run_id, ()), subscription)
        return subscription

    def close(self) -> None:
        """Drop every subscription."""
        with self._lock:
            self._takers.clear()

    def _remove(self, subscription: _Subscription) -> None:
        with self._lock:
            run_id = subscription.run_id
            left = tuple(
                other
                for other in self._takers.get(run_id, ())
                if other is not subscription
            )
            if left:
                self._takers[run_id] = left
            else:
                self._takers.pop(run_id, None)


class _Subscription:
    """One taker's interest in one run, or in all."""

    __slots__ = ("_bus", "_take", "run_id")

    def __init__(
        self,
        bus: MemoryEventBus,
        run_id: str | None,
        take: Callable[[RunEvent], None],
    ) -> None:
        """Hold what is needed to deliver and to end."""
        self._bus = bus
        self._take = take
        self.run_id = run_id

    def close(self) -> None:
        """End the interest; ending it again changes nothing."""
        self._bus._remove(self)  # noqa: SLF001 - the two halves of one structure

    def deliver(self, event: RunEvent) -> None:
        """Hand *event* over; a taker that fails loses only its own hint."""
        try:
            self._take(event)
        except Exception:  # noqa: BLE001 - a subscriber must not stop the writer
            _log.warning("event_not_taken", run_id=event.run_id, exc_info=True)
