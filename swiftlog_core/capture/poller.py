"""Waiting on descriptors: ``poll`` where it works, ``select`` elsewhere.

Old macOS cannot poll terminals, and Python leaves ``select.poll`` out where its own
test of it fails.
"""

from __future__ import annotations

import select

TYPE_CHECKING = False  # type checkers take it for typing's, which is not imported
if TYPE_CHECKING:
    from collections.abc import Iterable

READ = 1
WRITE = 4
BROKEN = 8 | 16 | 32  # POLLERR, POLLHUP, POLLNVAL: reported unasked


class SelectPoller:
    """The part of ``select.poll`` that the pump uses, on ``select.select``.

    It cannot tell that a quiet output's reader has gone; the next write does.
    """

    def __init__(self) -> None:
        self._events: dict[int, int] = {}

    def register(self, fd: int, eventmask: int, /) -> None:
        """Wait for *eventmask* on *fd* from now on; replaces what was asked before."""
        self._events[fd] = eventmask

    def unregister(self, fd: int, /) -> None:
        """Forget *fd*."""
        del self._events[fd]

    def poll(self, timeout: float | None = None, /) -> list[tuple[int, int]]:
        """Wait *timeout* milliseconds (``None``: without end) for what was asked."""
        reading = [fd for fd, mask in self._events.items() if mask & READ]
        writing = [fd for fd, mask in self._events.items() if mask & WRITE]
        seconds = None if timeout is None else timeout / 1000
        readable, writable, _ = select.select(reading, writing, [], seconds)
        return [*_marked(readable, READ), *_marked(writable, WRITE)]


def _marked(fds: Iterable[int], event: int) -> Iterable[tuple[int, int]]:
    return ((fd, event) for fd in fds)


def new_poller() -> select.poll | SelectPoller:
    """Give an empty poller of the best kind that there is."""
    return select.poll() if hasattr(select, "poll") else SelectPoller()
