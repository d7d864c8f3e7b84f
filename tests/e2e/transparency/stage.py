"""A stage: runs one case as a shell would run it, and notes all that can be seen.

Everything happens in a process of its own that leads a session: without a terminal
(``pipe``, as in CI), or with one, as an interactive shell has it (``terminal``): the
command gets a group of its own, in the foreground, and is waited for with its stops.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import pty
import select
import shutil
import signal
import struct
import sys
import tempfile
import termios
import time
from pathlib import Path
from typing import TYPE_CHECKING

from swiftlog_core.capture.family import descendants
from swiftlog_core.capture.kernel import become_subreaper

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.e2e.transparency.cases import Case

LIMIT_SECONDS = float(os.environ.get("KIT_LIMIT_SECONDS", "30"))
NOTE_SECONDS = 4.0
TICK_MS = 4
QUIET_TICKS = 10
ROWS, COLUMNS = 33, 111

Seen = dict[str, str]


class Process:
    """One started command and what has been seen of it."""

    def __init__(self) -> None:
        self.pid = 0
        self.readers: dict[int, str] = {}
        self.stdin = -1
        self.output = {"stdout": b"", "stderr": b""}
        self.status: int | None = None
        self.events: list[str] = []

    def text(self) -> bytes:
        return self.output["stdout"] + self.output["stderr"]


class Stage:
    """Runs one case behind one wrapper. Used once, in a process of its own."""

    def __init__(self, case: Case, wrapper: Sequence[str], kind: str) -> None:
        self.case = case
        self.wrapper = wrapper
        self.terminal = kind == "terminal"
        self.master = self.slave = -1
        self.folder = Path(tempfile.mkdtemp(prefix="stage-"))
        self.script = list(case.script)
        self.deadline = time.monotonic() + LIMIT_SECONDS

    def run(self) -> Seen:
        """Run the case and give what was seen."""
        os.setsid()
        become_subreaper()
        signal.signal(signal.SIGTTOU, signal.SIG_IGN)
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        if self.terminal:
            self._open_terminal()
        try:
            return self._play()
        finally:
            self._clear()

    def _play(self) -> Seen:
        copies = int(self.case.options.get("copies", "1"))
        processes = [self._start(index) for index in range(copies)]
        while not all(self._is_over(process) for process in processes):
            if time.monotonic() > self.deadline:
                return {"hung": "yes", **self._seen(processes)}
            self._turn(processes)
        return self._seen(processes)

    def _clear(self) -> None:
        """End all that is left: we adopt what wrappers abandon, broken ones too."""
        while family := [pid for pid in descendants(os.getpid(), ()) if _lives(pid)]:
            for pid in family:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            time.sleep(0.01)
        shutil.rmtree(self.folder, ignore_errors=True)

    # Starting.

    def _open_terminal(self) -> None:
        self.master, self.slave = pty.openpty()
        self._resize(f"{ROWS}x{COLUMNS}")
        fcntl.ioctl(self.slave, termios.TIOCSCTTY, 0)

    def _resize(self, size: str) -> None:
        rows, columns = size.split("x")
        window = struct.pack("HHHH", int(rows), int(columns), 0, 0)
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, window)

    def _start(self, index: int) -> Process:
        process = Process()
        stdio: dict[int, int] = {}
        theirs: list[int] = []
        piped = self.case.numbers("pipe") if self.terminal else (1, 2)
        for fd, name in ((1, "stdout"), (2, "stderr")):
            if fd in piped:
                reader, writer = os.pipe()
                process.readers[reader] = name
                stdio[fd] = writer
                theirs.append(writer)
            else:
                stdio[fd] = self.slave
                process.readers[self.master] = "stdout"
        stdio[0] = self._stdin(process, theirs)
        environ = {
            **os.environ,
            **self.case.environment(),
            "KIT_INDEX": str(index),
            "KIT_FOLDER": str(self.folder),
            "KIT_WRAPPER": " ".join(self.wrapper),
        }
        process.pid = os.fork()
        if process.pid == 0:
            self._become(stdio, environ)
        with contextlib.suppress(OSError):
            os.setpgid(process.pid, process.pid)
        if self.terminal and index == 0:
            os.tcsetpgrp(self.slave, process.pid)
        for fd in theirs:
            os.close(fd)
        return process

    def _stdin(self, process: Process, theirs: list[int]) -> int:
        wanted = self.case.options.get("stdin", "terminal")
        if wanted == "pipe":
            reader, process.stdin = os.pipe()
            theirs.append(reader)
            return reader
        if wanted == "terminal" and self.terminal:
            process.stdin = self.master
            return self.slave
        fd = os.open(os.devnull, os.O_RDONLY)
        theirs.append(fd)
        return fd

    def _become(self, stdio: dict[int, int], environ: dict[str, str]) -> None:
        try:
            os.setpgid(0, 0)
            if self.terminal:
                os.tcsetpgrp(self.slave, os.getpid())
            for number in (
                signal.SIGTTOU,
                signal.SIGHUP,
                signal.SIGPIPE,
                signal.SIGXFSZ,
            ):
                signal.signal(number, signal.SIG_DFL)
            for name in self.case.options.get("ignore", "").split():
                signal.signal(getattr(signal, "SIG" + name), signal.SIG_IGN)
            for fd, source in stdio.items():
                os.dup2(source, fd)
            for fd in self.case.numbers("fd"):
                path = self.folder / "inherited"
                path.write_text("inherited\n")
                source = os.open(path, os.O_RDONLY)
                os.dup2(source, fd)
            for fd in self.case.numbers("closed"):
                os.close(fd)
            os.chdir(self.folder)
            os.umask(0o027)
            argv = [*self.wrapper, *self.case.words()]
            os.execvpe(argv[0], argv, environ)
        finally:
            os._exit(99)

    # Watching.

    def _turn(self, processes: list[Process]) -> None:
        poller = select.poll()
        for process in processes:
            for fd in process.readers:
                poller.register(fd, select.POLLIN)
        ready = [fd for fd, _ in poller.poll(TICK_MS)]
        for process in processes:
            for fd in [fd for fd in ready if fd in process.readers]:
                self._read(process, fd)
            self._wait(process)
            self._act(process)

    def _read(self, process: Process, fd: int) -> None:
        try:
            data = os.read(fd, 1 << 16)
        except OSError:
            data = b""
        if data:
            process.output[process.readers[fd]] += data
        else:
            del process.readers[fd]
            if fd != self.master:
                os.close(fd)

    def _wait(self, process: Process) -> None:
        if process.status is not None:
            return
        flags = os.WNOHANG | os.WUNTRACED
        pid, status = os.waitpid(process.pid, flags)
        if pid and os.WIFSTOPPED(status):
            process.events.append("stopped")
            if self.terminal:
                os.tcsetpgrp(self.slave, os.getpgrp())
        elif pid:
            process.status = status
            process.events.append("ended")

    def _is_over(self, process: Process) -> bool:
        if process.status is None or self.script:
            return False
        if self.case.options.get("leaves"):
            return self._is_quiet(process)
        if self.terminal:
            piped = [fd for fd in process.readers if fd != self.master]
            return not piped and self._is_quiet(process)
        return not process.readers

    def _is_quiet(self, process: Process) -> bool:
        poller = select.poll()
        for fd in process.readers:
            poller.register(fd, select.POLLIN)
        return not poller.poll(TICK_MS * QUIET_TICKS)

    def _act(self, process: Process) -> None:
        if not self.script:
            return
        condition, action, argument = self.script[0]
        if condition not in process.events:
            if condition.encode() not in process.text():
                if process.status is not None:
                    self.script.clear()  # what should come will not come any more
                return
        elif condition == "stopped":
            process.events.remove(condition)
        self.script.pop(0)
        getattr(self, f"do_{action}")(process, argument)

    # What a case's script can do.

    def do_signal(self, process: Process, name: str) -> None:
        os.kill(process.pid, getattr(signal, "SIG" + name))

    def do_continue(self, process: Process, _argument: str) -> None:
        if self.terminal:
            os.tcsetpgrp(self.slave, process.pid)
        os.killpg(process.pid, signal.SIGCONT)

    def do_input(self, process: Process, text: str) -> None:
        data = text.encode().decode("unicode_escape").encode("latin-1")
        os.write(process.stdin, data)

    do_keys = do_input

    def do_eof(self, process: Process, _argument: str) -> None:
        os.close(process.stdin)

    def do_resize(self, _process: Process, size: str) -> None:
        self._resize(size)

    def do_touch(self, _process: Process, name: str) -> None:
        (self.folder / name).touch()

    def do_close(self, process: Process, name: str) -> None:
        """Stop reading: whoever writes there gets SIGPIPE."""
        for fd in [fd for fd, label in process.readers.items() if label == name]:
            del process.readers[fd]
            os.close(fd)

    def do_note(self, process: Process, name: str) -> None:
        """Wait for a file that a process left behind writes, and note what it says."""
        path = self.folder / name
        while not path.exists() and time.monotonic() < self.deadline - NOTE_SECONDS:
            time.sleep(0.005)
        process.events.append(path.read_text() if path.exists() else f"no {name}")

    def _seen(self, processes: list[Process]) -> Seen:
        seen: Seen = {}
        for index, process in enumerate(processes):
            prefix = f"{index}." if len(processes) > 1 else ""
            for name, data in process.output.items():
                seen[prefix + name] = data.decode("latin-1")
            seen[prefix + "exit"] = _as_a_shell_says(process.status)
            seen[prefix + "events"] = " ".join(process.events)
        if self.terminal:
            modes = termios.tcgetattr(self.slave)
            modes[6] = [char for char in modes[6] if isinstance(char, bytes)]
            seen["modes"] = str(modes)
        return seen


def _lives(pid: int) -> bool:
    """Tell whether a process is more than a zombie."""
    try:
        state = Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()[0]
    except OSError:
        return False
    return state != b"Z"


def _as_a_shell_says(status: int | None) -> str:
    if status is None:
        return "none"
    code = os.waitstatus_to_exitcode(status)
    return str(code if code >= 0 else 128 - code)


class Observer:
    """Runs one case in a process of its own; ``fd`` brings what was seen."""

    def __init__(self, case: Case, kind: str, wrapper: Sequence[str]) -> None:
        self.case = case
        self.name = f"{case.path.stem} {kind}"
        self._data = b""
        self.fd, writer = os.pipe()
        self._pid = os.fork()
        if self._pid == 0:
            try:
                seen = Stage(case, wrapper, kind).run()
                os.write(writer, json.dumps(seen).encode() + b"\n")
            except Exception:  # noqa: BLE001 - said on stderr; the parent sees no facts
                sys.excepthook(*sys.exc_info())
            finally:
                os._exit(0)
        os.close(writer)

    def read(self) -> Seen | None:
        """Read on; give what was seen once all of it has come."""
        data = os.read(self.fd, 1 << 20)
        self._data += data
        if not data:
            return {"broken": "stage"}
        if not self._data.endswith(b"\n"):
            return None
        seen: Seen = json.loads(self._data)
        return seen

    def close(self) -> None:
        os.close(self.fd)
        os.waitpid(self._pid, 0)
