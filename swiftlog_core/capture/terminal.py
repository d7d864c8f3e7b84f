"""Terminals: ours, the command's, and keeping the one like the other.

Decides which of 0, 1 and 2 become a pseudo terminal, and owns the modes of ours
while it is *raw*. Forwarding the bytes is the pump's work.
"""

from __future__ import annotations

import fcntl
import os
import struct
import termios

TYPE_CHECKING = False  # type checkers take it for typing's, which is not imported
if TYPE_CHECKING:
    from collections.abc import Mapping

_WINDOW = struct.Struct("HHHH")  # rows, columns, and pixels that nobody fills in
_DEFAULT_ROWS, _DEFAULT_COLUMNS = 24, 80
_IFLAG, _OFLAG, _CFLAG, _LFLAG, _CC = 0, 1, 2, 3, 6


class Wiring:
    """How the command's 0, 1 and 2 are to be connected.

    ``pty_fds`` are those that become the pseudo terminal. ``own_session`` tells
    that it becomes the command's controlling terminal, in a session of its own:
    when the keyboard is the command's input (keys are then forwarded), or when
    we have no controlling terminal.

    Otherwise the command stays in our session and group although its output is a
    pseudo terminal: ``producer | swiftlog run -- consumer`` at a terminal. Keys then
    belong to the whole pipeline; Ctrl-C, Ctrl-Z, and a pager that opens ``/dev/tty``
    work as without us since the terminal is still theirs.
    """

    __slots__ = ("has_controlling_terminal", "own_session", "pty_fds")

    def __init__(self, pty: str, open_fds: frozenset[int], *, merge: bool) -> None:
        terminals = {fd for fd in open_fds if os.isatty(fd)}
        outputs = open_fds & {1, 2}
        self.has_controlling_terminal = _has_controlling_terminal(terminals)
        if pty == "never":
            chosen: set[int] = set()
        elif pty == "always":
            chosen = set(outputs)
        else:
            chosen = terminals & outputs
        if merge and {1, 2} <= open_fds:  # 2 goes wherever 1 goes
            chosen = chosen | {2} if 1 in chosen else set()
        if chosen and 0 in terminals:
            chosen.add(0)
        self.pty_fds = frozenset(chosen)
        self.own_session = bool(chosen) and (
            0 in chosen or not self.has_controlling_terminal
        )


def _has_controlling_terminal(terminals: set[int]) -> bool:
    try:
        os.close(os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY))
    except OSError:
        return any(_foreground_group(fd) for fd in terminals)
    return True


def _foreground_group(fd: int) -> int:
    """Give the terminal's foreground group; 0 when it is not our terminal."""
    try:
        return os.tcgetpgrp(fd)
    except OSError:
        return 0


class Terminal:
    """The pseudo terminal and, when there is one, our own behind it.

    ``ours`` is the descriptor of our terminal, -1 when there is none, and
    ``keyboard`` is it too if keys are forwarded from it, else -1. ``raw`` tells that
    our terminal's modes are changed, which never outlasts ``close``.
    """

    def __init__(self, wiring: Wiring, environ: Mapping[bytes, bytes]) -> None:
        """Open the pseudo terminal; it looks like our terminal if we have one."""
        self.master, self.slave = os.openpty()
        os.set_blocking(self.master, False)
        self.name = os.ttyname(self.slave)
        self.ours = next((fd for fd in sorted(wiring.pty_fds) if os.isatty(fd)), -1)
        self.keyboard = 0 if 0 in wiring.pty_fds else -1
        self.raw = False
        self._saved: list[object] = []
        self._initial: list[object] = []
        self._final: list[object] = []
        if self.ours >= 0:
            self._saved = termios.tcgetattr(self.ours)
            self._initial = list(self._saved)
        else:
            self._initial = termios.tcgetattr(self.slave)
        if self.keyboard < 0:
            # Whoever shows these bytes ends lines by itself: ours, cooked, or a file.
            self._initial[_OFLAG] = _flags(self._initial, _OFLAG) & ~termios.ONLCR
        termios.tcsetattr(self.slave, termios.TCSANOW, self._initial)  # type: ignore[arg-type]  # as tcgetattr gave it
        self._copy_first_window(environ)

    def copy_window(self) -> None:
        """Give the pseudo terminal our window's size; its foreground group is told."""
        if self.ours < 0:
            return
        try:
            size = fcntl.ioctl(self.ours, termios.TIOCGWINSZ, bytes(_WINDOW.size))
            fcntl.ioctl(self.master, termios.TIOCSWINSZ, size)
        except OSError:  # our terminal or the command's has gone
            return

    def in_foreground(self) -> bool:
        """Tell whether keys are ours to read now."""
        return self.keyboard >= 0 and _foreground_group(self.ours) == os.getpgrp()

    def enter_raw(self) -> bool:
        """Pass keys as they are typed, if we are in the foreground; tell whether.

        From the background it would change the terminal under whoever uses it.
        """
        if not self.raw and self.in_foreground():
            modes = termios.tcgetattr(self.ours)
            self._saved = list(modes)
            modes[_IFLAG] = termios.IGNBRK if modes[_IFLAG] & termios.IGNBRK else 0
            modes[_OFLAG] &= ~termios.OPOST
            modes[_CFLAG] = modes[_CFLAG] & ~(termios.CSIZE | termios.PARENB)
            modes[_CFLAG] |= termios.CS8
            modes[_LFLAG] &= ~(
                termios.ECHO
                | termios.ECHONL
                | termios.ICANON
                | termios.ISIG
                | termios.IEXTEN
            )
            modes[_CC] = list(modes[_CC])
            modes[_CC][termios.VMIN] = 1
            modes[_CC][termios.VTIME] = 0
            termios.tcsetattr(self.ours, termios.TCSANOW, modes)
            self.raw = True
        return self.raw

    def note_modes(self) -> None:
        """Remember the modes that the command has set, before its terminal closes."""
        try:
            modes = termios.tcgetattr(self.master)
        except termios.error:  # closed already, or hung up
            return
        self._final = [] if modes == self._initial else modes

    def keep_modes(self) -> None:
        """Let what ``note_modes`` has noted outlast the command, as without us.

        ``stty -echo`` and ``reset`` are run for just that.
        """
        self._saved = self._final or self._saved

    def leave_raw(self) -> None:
        """Put our terminal's modes back."""
        if not self.raw:
            return
        self.raw = False
        try:
            termios.tcsetattr(self.ours, termios.TCSANOW, self._saved)  # type: ignore[arg-type]  # as tcgetattr gave it
        except termios.error:  # our terminal has gone
            return

    def key_of(self, data: bytes, index: int) -> bool:
        """Tell whether *data* holds control character *index*, and it is active."""
        try:
            modes = termios.tcgetattr(self.master)
        except termios.error:
            return False
        return bool(modes[_LFLAG] & termios.ISIG) and modes[_CC][index] in data

    def close_slave(self) -> None:
        """Close our copy of the command's side: else its end would go unnoticed."""
        if self.slave >= 0:
            os.close(self.slave)
            self.slave = -1

    def _copy_first_window(self, environ: Mapping[bytes, bytes]) -> None:
        if self.ours >= 0:
            self.copy_window()
            return
        rows = _number(environ.get(b"LINES", b""), _DEFAULT_ROWS)
        columns = _number(environ.get(b"COLUMNS", b""), _DEFAULT_COLUMNS)
        size = _WINDOW.pack(rows, columns, 0, 0)
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, size)


def _flags(modes: list[object], index: int) -> int:
    value = modes[index]
    return value if isinstance(value, int) else 0


def _number(text: bytes, default: int) -> int:
    return int(text) if text.isdigit() and 0 < int(text) < 1 << 16 else default
