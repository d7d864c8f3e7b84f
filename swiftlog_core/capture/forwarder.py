"""Which signals that reach us are the command's, and how it gets them.

The aim: what is sent to the wrapper's pid has the effect that it would have had on the
command's, once.
"""

from __future__ import annotations

import os
import time

from swiftlog_core.capture.family import is_descendant, is_stopped
from swiftlog_core.capture.inbox import TERMINAL_SIGNALS
from swiftlog_core.capture.stopper import REQUESTS

TYPE_CHECKING = False  # type checkers take it for typing's, which is not imported
if TYPE_CHECKING:
    import signal

    from swiftlog_core.capture.command import Command
    from swiftlog_core.capture.inbox import Arrival, SignalInbox
    from swiftlog_core.capture.stopper import Stopper
    from swiftlog_core.capture.terminal import Terminal
else:
    import _signal as signal  # the public module builds enums: 5 ms at each start

_STOP_SIGNALS = (signal.SIGTSTP, signal.SIGTTIN, signal.SIGTTOU)


class Forwarder:
    """Passes signals on to the command.

    With ``shares_group`` the command is in our process group and has a controlling
    terminal: what the terminal raises has reached it already.
    """

    def __init__(
        self,
        command: Command,
        inbox: SignalInbox,
        stopper: Stopper,
        terminal: Terminal | None,
        *,
        shares_group: bool,
    ) -> None:
        self._command = command
        self._inbox = inbox
        self._stopper = stopper
        self._terminal = terminal
        self._shares_group = shares_group
        self._parent = os.getppid()

    def on_arrival(self, arrival: Arrival) -> None:
        """Deal with one signal that is not about our children."""
        number = arrival.signal
        if number == signal.SIGWINCH and self._terminal is not None:
            self._terminal.copy_window()
            if self._shares_group:
                # It was told before its terminal had the new size: tell it again.
                self._command.signal_alone(number)
                return
        if arrival.sender and is_descendant(arrival.sender, os.getpid()):
            self._from_within(number)
            return
        if number in REQUESTS and number not in self._inbox.ignored:
            self._stopper.on_request(number, time.monotonic())
        if self._reached_already(arrival) or _is_moot(number):
            return
        if self._is_raised_by_kernel(arrival) and number not in TERMINAL_SIGNALS:
            self._on_kernel_signal(number)
        else:
            self._command.signal(number)

    def follow_stop(self) -> None:
        """The command was stopped: stop as it did, continue as we are.

        A shell that waits for us sees a stopped job only if *we* stop. If we do not
        (no shell would continue us, so the kernel ignored it), or the request to
        continue did not come as a signal, the command is continued from here.
        """
        number = self._command.stopped_by
        if self._terminal is not None:
            self._terminal.leave_raw(keep_changes=True)
        self._inbox.stop_ourselves(number)
        if self._terminal is not None:
            self._terminal.enter_raw()
            self._terminal.copy_window()
        arrivals = self._inbox.read()
        if not any(arrival.signal == signal.SIGCONT for arrival in arrivals):
            self._command.signal(signal.SIGCONT)
        self._command.stopped_by = 0
        for arrival in arrivals:
            self.on_arrival(arrival)

    def _on_kernel_signal(self, number: int) -> None:
        """Pass on an alarm, a CPU limit, or the hang-up of our terminal."""
        if number == signal.SIGHUP:
            self._command.signal(number)
        else:
            self._command.signal_alone(number)

    def _is_raised_by_kernel(self, arrival: Arrival) -> bool:
        if arrival.from_process is None:
            return self._shares_group and arrival.signal in TERMINAL_SIGNALS
        return not arrival.from_process

    def _reached_already(self, arrival: Arrival) -> bool:
        """Tell whether the command got this without us."""
        if not self._shares_group:
            return False
        if arrival.signal == signal.SIGCONT:
            # Sent to our group by a shell's `fg`, or to us alone by `kill`.
            return not is_stopped(self._command.pid)
        from_terminal = arrival.signal in {*TERMINAL_SIGNALS, signal.SIGHUP}
        return from_terminal and self._is_raised_by_kernel(arrival)

    def _from_within(self, number: int) -> None:
        """The command or a process of it has signalled us.

        In our group it was `kill 0`, and all that it meant have got it. Else it was
        `kill $PPID`, meant for whoever started the command, that is our parent.
        """
        if self._shares_group or self._command.leader is not None:
            return
        if os.getppid() == self._parent > 1:
            try:
                os.kill(self._parent, number)
            except OSError:  # gone, or another user's
                return


def _is_moot(number: int) -> bool:
    """Tell whether the kernel would have ignored the signal in the command.

    A stop request to a group without a parent in its session that could continue it.
    """
    if number not in _STOP_SIGNALS:
        return False
    try:
        return os.getsid(os.getppid()) != os.getsid(0)
    except OSError:
        return True
