"""Forking the recorder: a process in which nothing of the pump is left.

Also the list of descriptors that only the command should hold open.
"""

from __future__ import annotations

import os

from swiftlog_core.capture.link import FAILURE, LinkReader, StatusWriter, widen_pipe
from swiftlog_core.capture.spec import RecorderHandle

TYPE_CHECKING = False  # type checkers take it for typing's, which is not imported
if TYPE_CHECKING:
    import signal
    from collections.abc import Callable, Sequence
else:
    import _signal as signal  # the public module builds enums: 5 ms at each start


def fork_recorder(
    serve: Callable[[LinkReader, StatusWriter], int], close_fds: Sequence[int]
) -> RecorderHandle:
    """Fork a recorder that runs *serve* and exits with what it returns.

    There, *close_fds* and every descriptor that the command inherited are closed (an
    open one would delay the end of somebody's pipe); 0, 1 and 2 are ``/dev/null``;
    signals have their defaults, but INT, TERM, HUP and QUIT, which end the command and
    not the recorder, are ignored; and its session is its own. What *serve* raises
    is told to the pump as a ``FAILURE``.
    """
    link_r, link_w = os.pipe()
    status_r, status_w = os.pipe()
    widen_pipe(link_w)
    # A handler that raises, of the session's, must not do so between fork and try.
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
    pid = os.fork()
    if pid:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        os.close(link_r)
        os.close(status_w)
        return RecorderHandle(pid, link_w, status_r)
    code = 1
    status = StatusWriter(status_w)
    try:
        _detach({*close_fds, link_w, status_r}, {link_r, status_w})
        code = serve(LinkReader(link_r), status)
    except BaseException as error:  # noqa: BLE001 - nothing may return into the pump
        words = f"{type(error).__name__}: {error}"[:1000]
        status.send(FAILURE, words.encode("utf-8", "backslashreplace"))
    finally:
        os._exit(code)


def _detach(closed: set[int], kept: set[int]) -> None:
    os.setsid()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT):
        signal.signal(number, signal.SIG_IGN)
    signal.set_wakeup_fd(-1)
    signal.pthread_sigmask(signal.SIG_SETMASK, [])
    nothing = os.open(os.devnull, os.O_RDWR)
    for fd in (0, 1, 2):
        os.dup2(nothing, fd)
    closed = closed | {nothing}
    for fd in _inheritable() | closed:
        if fd > 2 and fd not in kept:  # noqa: PLR2004 - 0, 1 and 2 are replaced
            _close_if_open(fd)


def _close_if_open(fd: int) -> None:
    try:
        os.close(fd)
    except OSError:  # listed, and closed since
        return


def _inheritable() -> set[int]:
    """Give the descriptors over 2 that the command inherits: not opened by us."""
    try:
        numbers = [int(name) for name in os.listdir("/dev/fd")]
    except OSError:
        numbers = list(range(256))
    found = set()
    for fd in numbers:
        try:
            if fd > 2 and os.get_inheritable(fd):  # noqa: PLR2004 - above stderr
                found.add(fd)
        except OSError:  # the listing's own descriptor, or a free number
            continue
    return found


def release_inherited() -> None:
    """Close what only the command should hold open, once it has it."""
    for fd in _inheritable():
        _close_if_open(fd)
