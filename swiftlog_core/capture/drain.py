"""Letting go of output that a process left by the command still holds open.

Closing our end would kill that process at its next word (SIGPIPE, or a hang-up of its
terminal), and waiting for it would hang whoever waits for us. So a process stays
behind that reads what still comes, throws it away, and ends with the last holder.
"""

from __future__ import annotations

import os

from swiftlog_core.capture.poller import new_poller

TYPE_CHECKING = False  # type checkers take it for typing's, which is not imported
if TYPE_CHECKING:
    import signal
    from collections.abc import Sequence
else:
    import _signal as signal  # the public module builds enums: 5 ms at each start

_READ_SIZE = 1 << 16
_ALL_FDS = 1 << 16


def fork_drain(fds: Sequence[int]) -> None:
    """Fork the process that drains *fds*; it holds nothing else of ours."""
    if os.fork():
        return
    try:
        os.setsid()
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        signal.pthread_sigmask(signal.SIG_SETMASK, [])
        _keep_only(sorted(fds))
        _drain(fds)
    finally:
        os._exit(0)


def _keep_only(fds: Sequence[int]) -> None:
    null = os.open(os.devnull, os.O_RDWR)
    for fd in (0, 1, 2):
        os.dup2(null, fd)
    start = 3
    for fd in fds:
        os.closerange(start, fd)
        start = fd + 1
    os.closerange(start, _ALL_FDS)


def _drain(fds: Sequence[int]) -> None:
    poller = new_poller()
    for fd in fds:
        poller.register(fd, 1)
    left = set(fds)
    while left:
        for fd, _ in poller.poll():
            try:
                data = os.read(fd, _READ_SIZE)
            except BlockingIOError:
                continue
            except OSError:  # EIO: the last holder has closed the terminal
                data = b""
            if not data:
                poller.unregister(fd)
                left.discard(fd)
