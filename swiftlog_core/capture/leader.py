"""The process that leads the session of a command on a terminal of its own.

A command on a new terminal needs a session with that terminal as its controlling one.
If the command itself led that session, it would differ from one that a shell
started: its group would be orphaned, so Ctrl-Z would be ignored; and its end would
hang up everything that it left running in the background. So a small process
leads the session, and does for the command what a job-control shell does: it makes
it a foreground group, waits for it, tells how it stops, continues and ends.

The order of events. The pump forks the leader; the leader calls ``setsid``, takes
the terminal, forks the command. The command makes itself a group, makes that group
the foreground one (TTOU is blocked, or asking would stop it), and execs. The leader
closes all that it does not need, then waits and writes each wait status to the relay.
When the command has ended it makes *itself* the foreground group, and only then closes
its own descriptor of the terminal, tells the end, and waits until the pump closes the
control pipe: the kernel hangs up the foreground group when a terminal closes or a
session leader dies, and so finds nobody.
"""

from __future__ import annotations

import os
import struct

TYPE_CHECKING = False  # type checkers take it for typing's, which is not imported
if TYPE_CHECKING:
    import signal

    from swiftlog_core.capture.spawn import Launch
else:
    import _signal as signal  # the public module builds enums: 5 ms at each start

RELAY = struct.Struct("<ii")  # pid of the command, wait status; BORN at first
BORN = -1


class Leader:
    """The pump's view of a session leader.

    ``relay_fd`` gives ``RELAY`` records: first (pid, ``BORN``), then one for each
    wait status. ``release`` lets the leader go.
    """

    __slots__ = ("control_fd", "pid", "relay_fd")

    def __init__(self, pid: int, relay_fd: int, control_fd: int) -> None:
        self.pid = pid
        self.relay_fd = relay_fd
        self.control_fd = control_fd

    def release(self) -> None:
        """Let it give up the terminal and exit, without waiting for that."""
        if self.control_fd >= 0:
            os.close(self.control_fd)
            self.control_fd = -1


def fork_leader(launch: Launch, slave_fd: int) -> Leader:
    """Fork a leader that starts the command on *slave_fd*; give it at once."""
    relay_r, relay_w = os.pipe()
    control_r, control_w = os.pipe()
    os.set_blocking(relay_r, False)
    parent = os.getpid()
    pid = os.fork()
    if pid == 0:
        try:
            _lead(launch, slave_fd, relay_w, control_r, parent)
        finally:
            os._exit(0)
    os.close(relay_w)
    os.close(control_r)
    return Leader(pid, relay_r, control_w)


def _lead(
    launch: Launch, slave_fd: int, relay_w: int, control_r: int, parent: int
) -> None:
    import fcntl
    import termios

    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTTOU, signal.SIGTTIN])
    os.setsid()
    fcntl.ioctl(slave_fd, termios.TIOCSCTTY, 0)
    ourselves = os.getpid()
    pid = os.fork()
    if pid == 0:
        try:
            os.setpgid(0, 0)
            os.tcsetpgrp(slave_fd, os.getpid())
        finally:
            launch.become_command(ourselves)
    # Armed only now: the command's own wish to die with us was looked up already.
    launch.arm_death(parent)
    os.write(relay_w, RELAY.pack(pid, BORN))
    # Even what should close on exec: we never exec.
    _keep_only(relay_w, control_r, slave_fd)
    while True:
        _, status = os.waitpid(pid, os.WUNTRACED | os.WCONTINUED)
        if not os.WIFSTOPPED(status) and not os.WIFCONTINUED(status):
            break
        os.write(relay_w, RELAY.pack(pid, status))
    try:
        os.tcsetpgrp(slave_fd, os.getpgrp())
    finally:  # it fails if the terminal was hung up: the end must be told all the same
        os.write(relay_w, RELAY.pack(pid, status))
    os.close(relay_w)
    os.close(slave_fd)
    os.read(control_r, 1)


def _keep_only(*kept: int) -> None:
    """Close all else: an open terminal or pipe would hide that the command's closed."""
    start = 0
    for fd in sorted(kept):
        os.closerange(start, fd)
        start = fd + 1
    limit = os.sysconf("SC_OPEN_MAX")
    os.closerange(start, limit if 0 < limit < 1 << 16 else 1 << 16)
