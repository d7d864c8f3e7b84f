"""Which descriptor wakes whom: a poller with a handler for each descriptor."""

from __future__ import annotations

from swiftlog_core.capture.poller import new_poller

TYPE_CHECKING = False  # type checkers take it for typing's, which is not imported
if TYPE_CHECKING:
    from collections.abc import Callable


class Watch:
    """Calls a handler with the events of its descriptor.

    A descriptor must be forgotten before it is closed. Watched for nothing (0) it
    still reports that its other end has gone.
    """

    def __init__(self) -> None:
        self._poller = new_poller()
        self._masks: dict[int, int] = {}
        self._handlers: dict[int, Callable[[int], None]] = {}

    def on(self, fd: int, mask: int, handler: Callable[[int], None]) -> None:
        """Wait for *mask* on *fd*; cheap when nothing changed."""
        if self._masks.get(fd) != mask:
            self._poller.register(fd, mask)
            self._masks[fd] = mask
        self._handlers[fd] = handler

    def forget(self, fd: int) -> None:
        """Wait for nothing on *fd*, if anything was waited for."""
        if self._masks.pop(fd, None) is not None:
            self._poller.unregister(fd)
            del self._handlers[fd]

    def turn(self, seconds: float | None) -> None:
        """Wait at most *seconds* for events and call their handlers once."""
        # Rounded up: a wait that ends a little early would only be repeated.
        timeout = None if seconds is None else int(max(0.0, seconds) * 1000) + 1
        for fd, events in self._poller.poll(timeout):
            handler = self._handlers.get(fd)
            if handler is not None:  # else forgotten by one called before it
                handler(events)
