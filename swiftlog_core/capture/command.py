"""The running command: its processes, what is sent to them, how it ends.

Three ways of belonging. In *our group* (a pipe, and we have a controlling terminal):
what the terminal sends reaches the command without us. In *a group of its own* (a
pipe, no controlling terminal, as in CI): nothing reaches it but through us. In *a
session of its own*, under a leader: a terminal of its own.
"""

from __future__ import annotations

import os

from swiftlog_core.capture.family import descendants
from swiftlog_core.capture.leader import BORN, RELAY, fork_leader
from swiftlog_core.capture.spawn import ExecFailure, fork_command

TYPE_CHECKING = False  # type checkers take it for typing's, which is not imported
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from swiftlog_core.capture.leader import Leader
    from swiftlog_core.capture.spawn import Launch


class Command:
    """One command from its fork to its last process.

    ``status`` is its wait status, ``None`` while it lives; ``stopped_by`` is the signal
    that has stopped it, 0 if it runs.
    """

    def __init__(self, launch: Launch, report_r: int) -> None:
        self._launch = launch
        self._waiting_signals: list[int] = []
        self.report_fd = report_r
        self.failure: ExecFailure | None = None
        self.leader: Leader | None = None
        self.pid = 0
        self.group = 0
        self.status: int | None = None
        self.stopped_by = 0

    def start(self, *, own_group: bool) -> None:
        """Fork the command, into our group or one of its own."""
        self.pid = fork_command(self._launch, own_group=own_group)
        self.group = self.pid if own_group else 0

    def start_session(self, slave_fd: int) -> None:
        """Fork the command under a leader, on a terminal of its own.

        Its pid comes later, with ``on_relay``.
        """
        self.leader = fork_leader(self._launch, slave_fd)

    def fds(self) -> list[int]:
        """Give what no other process may hold open."""
        found = [self.report_fd]
        if self.leader is not None:
            found += [self.leader.relay_fd, self.leader.control_fd]
        return [fd for fd in found if fd >= 0]

    def signal(self, number: int) -> None:
        """Send *number* to the command, as ``kill`` with its pid would."""
        if self.pid == 0:
            self._waiting_signals.append(number)
        elif self.status is None:
            _send(os.kill, self.pid, number)

    def signal_group(self, number: int) -> None:
        """Send *number* to the command's group; to itself if that is ours."""
        if self.group:
            _send(os.killpg, self.group, number)
        else:
            self.signal(number)

    def signal_family(
        self, number: int, excluded: Sequence[int], *, itself: bool = True
    ) -> int:
        """Send *number* to all that descends from the command; give how many live.

        *excluded* are children of ours that are not of the command, which is left
        out unless *itself*. Number 0 only counts.
        """
        left_out = {self.leader.pid if self.leader else 0, 0 if itself else self.pid}
        found = [
            pid for pid in descendants(os.getpid(), excluded) if pid not in left_out
        ]
        for pid in found:
            _send(os.kill, pid, number)
        if not found and self.group and not _has_proc():
            return int(_send(os.killpg, self.group, number))
        return len(found)

    def on_report(self) -> None:
        """The command has exec'd, or says why it could not."""
        if self.report_fd < 0:
            return
        report = os.read(self.report_fd, 64)
        os.close(self.report_fd)
        self.report_fd = -1
        if report:
            self.failure = ExecFailure(self._launch.program, report)

    def on_relay(self) -> None:
        """Read what the leader tells; its end without a status: see ``on_reaped``."""
        if self.leader is None or self.leader.relay_fd < 0:
            return
        try:
            data = os.read(self.leader.relay_fd, 64 * RELAY.size)
        except BlockingIOError:
            return
        if not data:
            os.close(self.leader.relay_fd)
            self.leader.relay_fd = -1
        for pid, status in RELAY.iter_unpack(data):
            if status == BORN:
                self.pid = self.group = pid
                for number in self._waiting_signals:
                    self.signal(number)
                self._waiting_signals.clear()
            else:
                self._take(status)

    def on_reaped(self, pid: int, status: int) -> bool:
        """Take the wait status of a child of ours; tell whether it was the command.

        The command is our own child, too, after somebody has killed its leader.
        """
        if pid != self.pid:
            return False
        self._take(status)
        return True

    def _take(self, status: int) -> None:
        if os.WIFSTOPPED(status):
            self.stopped_by = os.WSTOPSIG(status)
        elif os.WIFCONTINUED(status):
            self.stopped_by = 0
        else:
            self.status = status
            self.on_report()


def _has_proc() -> bool:
    return os.path.exists("/proc/self/stat")


def _send(kill: Callable[[int, int], None], target: int, number: int) -> bool:
    try:
        kill(target, number)
    except (ProcessLookupError, PermissionError):
        # Gone, or it has become another user (sudo): as for whoever signals it bare.
        return False
    return True


def reap() -> list[tuple[int, int]]:
    """Give (pid, wait status) of all children that ended, stopped or continued."""
    found = []
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG | os.WUNTRACED | os.WCONTINUED)
        except ChildProcessError:
            break
        if pid == 0:
            break
        found.append((pid, status))
    return found
