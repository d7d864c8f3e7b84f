"""Signals sent to the wrapper, as things to read. Owns our mask and handlers.

The order of events. (1) Before the command is forked every signal that can be
caught is *blocked*: from here on nothing that is sent to us is lost or kills us.
(2) The forked child puts back the mask and the dispositions that we got, then
execs. (3) We read the blocked signals from a ``signalfd``, with who sent them. No
handler runs, no thread exists, no system call is interrupted.

Where there is no ``signalfd`` (macOS, or a Python without ``_ctypes``), handlers that
do nothing and ``set_wakeup_fd`` take its place; the sender is then unknown and has
to be assumed.

What cannot be known: CPython ignores SIGPIPE and SIGXFSZ before any code of ours
runs, so a parent that had them ignored looks like one that had not. The command
gets the default, as from a shell.
"""

from __future__ import annotations

import os
import struct

from swiftlog_core.capture.kernel import open_signalfd

TYPE_CHECKING = False  # type checkers take it for typing's, which is not imported
if TYPE_CHECKING:
    import signal
    from collections.abc import Sequence
else:
    import _signal as signal  # the public module builds enums: 5 ms at each start

# Left alone: what cannot be caught, what a fault of our own raises, what Python has
# ignored, and TTIN and TTOU, whose default (we stop, as the command would) is right.
_NOT_CAUGHT = (
    "SIGKILL",
    "SIGSTOP",
    "SIGSEGV",
    "SIGBUS",
    "SIGFPE",
    "SIGILL",
    "SIGTRAP",
    "SIGABRT",
    "SIGSYS",
    "SIGPIPE",
    "SIGXFSZ",
    "SIGTTIN",
    "SIGTTOU",
)
# Requests to end. Once the command has ended they only shorten the wait for its record.
ENDINGS = (signal.SIGINT, signal.SIGTERM, getattr(signal, "SIGHUP", signal.SIGTERM))
_RESET_BY_PYTHON = ("SIGPIPE", "SIGXFSZ")
# Sent by the terminal to a whole foreground group, so most likely not by a process.
TERMINAL_SIGNALS = frozenset(
    (signal.SIGINT, signal.SIGQUIT, signal.SIGTSTP, getattr(signal, "SIGWINCH", 0))
)
_SIGINFO = struct.Struct("<IiiII")  # ssi_signo, errno, code, pid, uid
_SIGINFO_SIZE = 128


class Arrival:
    """One signal that arrived.

    ``from_process`` tells a signal sent with ``kill`` and the like from one that the
    kernel raised (Ctrl-C, an alarm, a changed window); ``None`` where that is
    unknown. ``sender`` is the sender's pid, 0 when unknown.
    """

    __slots__ = ("from_process", "sender", "signal")

    def __init__(self, number: int, *, from_process: bool | None, sender: int) -> None:
        self.signal = number
        self.from_process = from_process
        self.sender = sender


class SignalInbox:
    """All signals sent to us while a command runs."""

    def __init__(self) -> None:
        """Block every signal that can be caught; nothing may be forked before."""
        left_alone = {int(getattr(signal, name, 0)) for name in _NOT_CAUGHT}
        self._caught = sorted(
            int(number) for number in signal.valid_signals() if number not in left_alone
        )
        self.inherited_mask = signal.pthread_sigmask(signal.SIG_BLOCK, self._caught)
        self.ignored = frozenset(
            number
            for number in self._caught
            if signal.getsignal(number) == signal.SIG_IGN
        )
        # Ignored, it would have the kernel forget how our children ended.
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        self._handlers: dict[int, object] = {}
        self._wakeup_w = -1
        self._fd = open_signalfd(self._caught)
        if self._fd < 0:
            try:
                self._use_handlers()
            except OSError:  # no descriptors left
                self.reset_in_child()
                raise

    def fileno(self) -> int:
        """Give the descriptor that is readable when signals have arrived."""
        return self._fd

    def fds(self) -> list[int]:
        """Give what a forked process that is not the command must close."""
        return [fd for fd in (self._fd, self._wakeup_w) if fd >= 0]

    def read(self) -> list[Arrival]:
        """Give the signals that arrived since the last call; never blocks."""
        try:
            data = os.read(self._fd, 64 * _SIGINFO_SIZE)
        except BlockingIOError:
            return []
        if self._wakeup_w >= 0:
            return [Arrival(byte, from_process=None, sender=0) for byte in data]
        arrivals = []
        for start in range(0, len(data), _SIGINFO_SIZE):
            number, _, code, sender, _ = _SIGINFO.unpack_from(data, start)
            by_kill = code <= 0  # SI_USER, SI_QUEUE, SI_TKILL; the kernel's are above
            arrivals.append(Arrival(number, from_process=by_kill, sender=sender))
        return arrivals

    def reset_in_child(self) -> None:
        """Put back what we inherited; for a forked child, before it execs.

        Handlers go first and the mask last: a signal that is pending then meets the
        disposition that it would have met without us, not Python's.
        """
        for number in self._caught:
            wanted = signal.SIG_IGN if number in self.ignored else signal.SIG_DFL
            if signal.getsignal(number) != wanted:
                signal.signal(number, wanted)
        for name in _RESET_BY_PYTHON:
            signal.signal(getattr(signal, name), signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_SETMASK, self.inherited_mask)

    def stop_ourselves(self, number: int) -> None:
        """Stop this process as *number* does by default; return when continued."""
        if number == signal.SIGSTOP:
            os.kill(os.getpid(), number)
            return
        handler = signal.signal(number, signal.SIG_DFL)
        mask = signal.pthread_sigmask(signal.SIG_UNBLOCK, [number])
        os.kill(os.getpid(), number)
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        signal.signal(number, handler)

    def close(self, held: Sequence[int] = ()) -> None:
        """Put handlers and mask back, but for *held*, which stay blocked.

        What is still unread is dropped: it was for the command, which has ended.
        """
        signal.pthread_sigmask(signal.SIG_BLOCK, held)
        self.read()
        if self._wakeup_w >= 0:
            signal.set_wakeup_fd(-1)
            os.close(self._wakeup_w)
        for number, handler in self._handlers.items():
            signal.signal(number, handler)  # type: ignore[arg-type]  # as getsignal gave it
        os.close(self._fd)
        mask = {*self.inherited_mask, *held}
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)

    def _use_handlers(self) -> None:
        self._fd, self._wakeup_w = os.pipe()
        os.set_blocking(self._fd, False)
        os.set_blocking(self._wakeup_w, False)
        signal.set_wakeup_fd(self._wakeup_w, warn_on_full_buffer=False)
        for number in self._caught:
            self._handlers[number] = signal.signal(number, _note)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, self._caught)


def _note(_number: int, _frame: object) -> None:
    """Do nothing: Python has already written the signal's number to the wakeup pipe."""
