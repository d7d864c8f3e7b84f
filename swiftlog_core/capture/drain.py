"""Letting go of output that a process left by the command still holds open.

Closing our end would kill that process at its next word (SIGPIPE, or a hang-up of its
terminal), and waiting for it would hang whoever waits for us. So a process stays
behind that reads what still comes and ends with the last holder. It passes it on where
nobody waits for an end, to a terminal or a file; to a pipe it would keep the pipe's
reader waiting, so there it throws it away.
"""

from __future__ import annotations

import os
import stat

from swiftlog_core.capture.poller import READ, new_poller

TYPE_CHECKING = False  # type checkers take it for typing's, which is not imported
if TYPE_CHECKING:
    import signal
    from collections.abc import Mapping, Sequence
else:
    import _signal as signal  # the public module builds enums: 5 ms at each start

_READ_SIZE = 1 << 16
_ALL_FDS = 1 << 16


def fork_drain(flows: Mapping[int, int]) -> None:
    """Fork the process that drains the keys of *flows* into their values.

    It holds nothing else of ours.
    """
    if os.fork():
        return
    try:
        os.setsid()
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        signal.pthread_sigmask(signal.SIG_SETMASK, [])
        targets = {fd: _target(sink) for fd, sink in flows.items()}
        _keep_only(sorted([*flows, *targets.values()]))
        _drain(targets)
    finally:
        os._exit(0)


def _target(sink: int) -> int:
    mode = os.fstat(sink).st_mode
    waits = stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode)
    return os.open(os.devnull, os.O_WRONLY) if waits else os.dup(sink)


def _keep_only(fds: Sequence[int]) -> None:
    null = os.open(os.devnull, os.O_RDWR)
    for fd in (0, 1, 2):
        os.dup2(null, fd)
    start = 3
    for fd in fds:
        os.closerange(start, fd)
        start = fd + 1
    os.closerange(start, _ALL_FDS)


def _drain(targets: Mapping[int, int]) -> None:
    poller = new_poller()
    for fd in targets:
        poller.register(fd, READ)
    left = set(targets)
    while left:
        for fd, _ in poller.poll():
            try:
                data = os.read(fd, _READ_SIZE)
            except BlockingIOError:
                continue
            except OSError:  # EIO: the last holder has closed the terminal
                data = b""
            if data:
                _write(targets[fd], data)
            else:
                poller.unregister(fd)
                left.discard(fd)


def _write(fd: int, data: bytes) -> None:
    rest = memoryview(data)
    try:
        while rest:
            rest = rest[os.write(fd, rest) :]
    except OSError:  # hung up, or full: the holder must not notice
        return
