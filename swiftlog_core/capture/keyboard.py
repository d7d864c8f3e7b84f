"""Keys: from our terminal to the command's. Also its window and its Ctrl-Z.

Our terminal is raw meanwhile: Ctrl-C is a byte like any other, and the command's
terminal makes a signal of it, or does not, as the command has asked of it.
"""

from __future__ import annotations

import os
import termios

from swiftlog_core.capture.poller import READ, WRITE

TYPE_CHECKING = False  # type checkers take it for typing's, which is not imported
if TYPE_CHECKING:
    from collections.abc import Callable

    from swiftlog_core.capture.terminal import Terminal
    from swiftlog_core.capture.watch import Watch

_READ_SIZE = 4096
BACKGROUND_PAUSE = 0.25


class Keyboard:
    """Forwards keys while we are in the foreground.

    ``on_interrupt`` is called when the interrupt character passes and is active.
    """

    def __init__(
        self, terminal: Terminal, watch: Watch, on_interrupt: Callable[[], None]
    ) -> None:
        self._terminal = terminal
        self._watch = watch
        self._on_interrupt = on_interrupt
        self._keys = b""
        self._room_fd = -1
        self._open = terminal.keyboard >= 0

    @property
    def in_background(self) -> bool:
        """Tell whether keys are wanted but not ours; a shell's ``fg`` tells nobody."""
        return self._open and not self._terminal.raw

    def arrange(self) -> None:
        """Wait for keys, or for room where the last ones should go."""
        if not self._open or not self._terminal.enter_raw():
            return
        fd = self._terminal.keyboard
        if self._keys:
            self._watch.forget(fd)
            if self._room_fd < 0:
                # A descriptor of its own: the master itself is watched for output.
                self._room_fd = os.dup(self._terminal.master)
            self._watch.on(self._room_fd, WRITE, self._on_room)
        else:
            self._watch.on(fd, READ, self._on_keys)

    def close(self) -> None:
        """Read no more keys: they are for whoever comes after the command."""
        if self._open:
            self._open = False
            self._watch.forget(self._terminal.keyboard)
        if self._room_fd >= 0:
            self._watch.forget(self._room_fd)
            os.close(self._room_fd)
            self._room_fd = -1

    def _on_keys(self, _events: int) -> None:
        try:
            keys = os.read(self._terminal.keyboard, _READ_SIZE)
        except OSError:  # EIO: our terminal was hung up
            keys = b""
        if not keys:
            self.close()
            return
        if self._terminal.key_of(keys, termios.VINTR):
            self._on_interrupt()
        self._keys = keys
        self._pass_on()

    def _on_room(self, _events: int) -> None:
        self._pass_on()

    def _pass_on(self) -> None:
        try:
            self._keys = self._keys[os.write(self._terminal.master, self._keys) :]
        except BlockingIOError:
            return
        except OSError:  # the command has closed its terminal
            self._keys = b""
        if not self._keys and self._room_fd >= 0:
            self._watch.forget(self._room_fd)
            os.close(self._room_fd)
            self._room_fd = -1
