"""Which signals that reach us are the command's, and how it gets them.

The aim: what is sent to the wrapper's pid has the effect that it would have had on
the command's, once. So the command alone gets it, not its group: a shell's ``trap``
must not find the children killed that it waits for. Requests to stop that it does not
follow are spread later (see ``swiftlog_core.capture.stopper``).
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

# What a terminal sends to a whole group.
_GROUP_SIGNALS = TERMINAL_SIGNALS | {signal.SIGHUP}
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
        by_kernel = self._is_raised_by_kernel(arrival)
        if number == signal.SIGWINCH and self._terminal is not None:
            self._terminal.copy_window()
            if self._shares_group:
                # It was told before its terminal had the new size: tell it again.
                self._command.signal(number)
            if self._shares_group or by_kernel:
                return
        if arrival.sender and is_descendant(arrival.sender, os.getpid()):
            self._from_within(number)
            return
        if number in REQUESTS and number not in self._inbox.ignored:
            shared = self._shares_group and by_kernel
            self._stopper.on_request(number, time.monotonic(), shared=shared)
        if self._reached_already(arrival) or _is_moot(number):
            return
        if number == signal.SIGCONT or (by_kernel and number in _GROUP_SIGNALS):
            self._command.signal_group(number)
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
            self._terminal.leave_raw()
        self._inbox.stop_ourselves(number)
        if self._terminal is not None:
            self._terminal.enter_raw()
            self._terminal.copy_window()
        arrivals = self._inbox.read()
        if not any(arrival.signal == signal.SIGCONT for arrival in arrivals):
            self._command.signal_group(signal.SIGCONT)
        self._command.stopped_by = 0
        for arrival in arrivals:
            self.on_arrival(arrival)

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
        return arrival.signal in _GROUP_SIGNALS and self._is_raised_by_kernel(arrival)

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
