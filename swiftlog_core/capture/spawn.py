"""From a forked process to the command: find the program, set it up, exec it.

Written out and not left to ``subprocess``, which is slow to import, closes
descriptors that the command should inherit, and does not know controlling terminals.
"""

from __future__ import annotations

import errno
import os
import struct

from swiftlog_core.capture.kernel import DeathSignal

TYPE_CHECKING = False  # type checkers take it for typing's, which is not imported
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from swiftlog_core.capture.inbox import SignalInbox

NOT_FOUND = 127
NOT_EXECUTABLE = 126
_DEFAULT_PATH = b"/bin:/usr/bin"
_REPORT = struct.Struct("<i?")  # errno of exec, whether the file was there
_SHELL = b"/bin/sh"


class Program:
    """A command line and its environment, ready to exec.

    The search of ``PATH`` and the word for a failure are a shell's.
    """

    __slots__ = ("argv", "environ", "name", "paths")

    def __init__(
        self,
        argv: Sequence[str | bytes],
        environ: Mapping[str, str] | Mapping[bytes, bytes],
    ) -> None:
        self.argv = [os.fsencode(word) for word in argv]
        self.environ = {
            os.fsencode(name): os.fsencode(value) for name, value in environ.items()
        }
        self.name = self.argv[0]
        if b"/" in self.name:
            self.paths = [self.name]
        else:
            folders = self.environ.get(b"PATH", _DEFAULT_PATH).split(b":")
            self.paths = [
                folder + b"/" + self.name if folder else self.name for folder in folders
            ]

    def execute(self) -> bytes:
        """Replace this process; if that fails give the report for ``ExecFailure``.

        As a shell does: what is not found in one folder is looked for in the next, a
        file that may not be executed is remembered, a text file without ``#!``
        goes to ``sh``.
        """
        code = errno.ENOENT
        found = False
        if not self.name:
            return _REPORT.pack(code, found)
        for path in self.paths:
            try:
                os.execve(path, self.argv, self.environ)  # noqa: S606 - no shell wanted
            except OSError as error:
                reason = error.errno or errno.EIO
            if reason == errno.ENOEXEC:
                return self._execute_by_shell(path)
            if reason in (errno.ENOENT, errno.ENOTDIR):
                # There and still not found: its interpreter is missing.
                if os.path.isfile(path):
                    return _REPORT.pack(reason, True)  # noqa: FBT003 - a struct's field
                continue
            code, found = reason, True
            if reason != errno.EACCES:
                break
        return _REPORT.pack(code, found)

    def _execute_by_shell(self, path: bytes) -> bytes:
        try:
            os.execve(_SHELL, [_SHELL, path, *self.argv[1:]], self.environ)  # noqa: S606 - no shell wanted
        except OSError as error:
            return _REPORT.pack(error.errno or errno.EIO, True)  # noqa: FBT003 - a struct's field


class ExecFailure:
    """Why a command could not be started, in a shell's numbers and words."""

    __slots__ = ("cause", "exit_code", "message")

    def __init__(self, program: Program, report: bytes) -> None:
        code, found = _REPORT.unpack(report)
        name = os.fsdecode(program.name)
        missing = not found and code in (errno.ENOENT, errno.ENOTDIR)
        if missing and b"/" not in program.name:
            reason = "command not found"
        elif found and code == errno.ENOENT:
            reason = "bad interpreter: No such file or directory"
        elif code == errno.EACCES and os.path.isdir(program.name):
            reason = "Is a directory"
        else:
            reason = os.strerror(code)
        self.exit_code = NOT_FOUND if missing else NOT_EXECUTABLE
        self.cause = "not_found" if missing else "not_executable"
        self.message = f"swiftlog: {name}: {reason}\n"


class Launch:
    """What a forked child does to become the command.

    ``stdio`` maps 0, 1 and 2 to the descriptors that they become; what is not in
    it stays as inherited; the numbers in ``closed`` were closed when we started and
    are closed in the command. ``report_fd`` closes on exec and takes the report of
    a failure.
    """

    __slots__ = ("_death", "closed", "inbox", "program", "report_fd", "stdio")

    def __init__(
        self,
        program: Program,
        inbox: SignalInbox,
        *,
        stdio: Mapping[int, int],
        closed: Sequence[int],
        report_fd: int,
    ) -> None:
        self.program = program
        self.inbox = inbox
        self.stdio = stdio
        self.closed = closed
        self.report_fd = report_fd
        self._death = DeathSignal()

    def arm_death(self, parent: int) -> None:
        """Die with *parent*, as the command itself will with its own."""
        self._death.arm(parent)

    def become_command(self, parent: int) -> None:
        """Never return: exec the command or exit with 127.

        Signals are still blocked here, and are given back last, so that whatever
        was sent to the command's group meanwhile is delivered to it.
        """
        try:
            self._death.arm(parent)
            for target, source in self.stdio.items():
                os.dup2(source, target, inheritable=True)
            for target in self.closed:
                os.close(target)
            self.inbox.reset_in_child()
            os.write(self.report_fd, self.program.execute())
        finally:
            os._exit(NOT_FOUND)


def fork_command(launch: Launch, *, own_group: bool) -> int:
    """Fork the command and give its pid, which with *own_group* is its group too."""
    parent = os.getpid()
    pid = os.fork()
    if pid == 0:
        if own_group:
            os.setpgid(0, 0)
        launch.become_command(parent)
    if own_group:
        # Both sides say it: a signal may have to be forwarded before the child runs.
        try:
            os.setpgid(pid, pid)
        except OSError:  # it has exec'd already, hence done it itself
            return pid
    return pid
