"""Runs ``capture`` in a process of its own and gives what it did.

A capture takes over its whole process, so each runs in a new one; this file is also
the program of that process.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from swiftlog_core.capture.link import LinkReader, StatusWriter

ROOT = Path(__file__).parents[4]
LIMIT_SECONDS = 60

Message = tuple[int, int, bytes]
Popen = subprocess.Popen[bytes]


class Captured:
    """A capture that runs, or has ended after ``wait``."""

    def __init__(
        self,
        folder: Path,
        argv: Sequence[str],
        *,
        recorder: str = "record",
        popen: dict[str, Any] | None = None,
        **options: Any,
    ) -> None:
        self.folder = folder
        words = self.words(folder, argv, recorder=recorder, **options)
        given = {
            "stdin": subprocess.DEVNULL,
            "stdout": subprocess.PIPE,
            "stderr": subprocess.PIPE,
            "start_new_session": True,
        }
        self.process = subprocess.Popen(words, cwd=folder, **{**given, **(popen or {})})
        self.stdout = self.stderr = b""

    @staticmethod
    def words(
        folder: Path, argv: Sequence[str], *, recorder: str = "record", **options: Any
    ) -> list[str]:
        """Give the command line of a capture."""
        facts = [str(folder), recorder, json.dumps(options)]
        return [sys.executable, __file__, *facts, *argv]

    def wait(self) -> Captured:
        """Wait for the end; kills what hangs."""
        try:
            out, err = self.process.communicate(timeout=LIMIT_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise
        self.stdout, self.stderr = out or b"", err or b""
        return self

    def read_until(self, text: bytes) -> None:
        """Read standard output up to *text*; it is kept in ``seen``."""
        assert self.process.stdout is not None
        seen = b""
        while text not in seen:
            data = os.read(self.process.stdout.fileno(), 1 << 16)
            assert data, seen
            seen += data

    @property
    def code(self) -> int:
        return self.process.returncode

    @property
    def result(self) -> dict[str, Any]:
        """Give the fields of the ``CaptureResult``."""
        found: dict[str, Any] = json.loads((self.folder / "result.json").read_text())
        return found

    def messages(self, life: int = 1) -> list[Message]:
        """Give what the recorder number *life* got."""
        lines = (self.folder / f"messages.{life}").read_text().splitlines()
        return [(k, t, bytes.fromhex(b)) for k, t, b in map(json.loads, lines)]

    def recorded(self, kind: int, life: int = 1) -> bytes:
        return b"".join(body for k, _, body in self.messages(life) if k == kind)


def run(folder: Path, argv: Sequence[str], **options: Any) -> Captured:
    """Run a capture to its end."""
    return Captured(folder, argv, **options).wait()


def python(code: str) -> list[str]:
    """Give the command line of a small Python program."""
    return [sys.executable, "-I", "-c", code]


ON_TERMINAL = """
import fcntl, os, sys, termios
fcntl.ioctl(int(sys.argv[1]), termios.TIOCSCTTY, 0)
os.execv(sys.argv[2], sys.argv[2:])
"""


def on_terminal(slave: int, words: Sequence[str], **options: Any) -> Popen:
    """Start *words* in a session whose terminal is *slave*, by default on it.

    Not by ``pty.fork``: forking a process with threads is warned of.
    """
    stdio = dict.fromkeys(("stdin", "stdout", "stderr"), slave)
    return subprocess.Popen(
        [*python(ON_TERMINAL), str(slave), *words],
        start_new_session=True,
        pass_fds=[slave, *options.pop("pass_fds", [])],
        **{**stdio, **options},
    )


# What runs in the other process.


class _Recorder:
    """A recorder for tests: writes down messages; slow or mortal if asked."""

    def __init__(self, folder: Path, habit: str) -> None:
        self.folder = folder
        self.habit = habit
        self.life = 0

    def start(self) -> Callable[[LinkReader, StatusWriter], int]:
        self.life += 1
        return self.serve

    def serve(self, link: LinkReader, status: StatusWriter) -> int:
        if self.habit == "deaf":
            while not (self.folder / "listen").exists():
                signal.sigtimedwait([signal.SIGUSR2], 0.01)
        if self.habit == "broken" or (self.habit == "broken once" and self.life == 1):
            raise ValueError(self.habit)
        from swiftlog_core.capture.link import KIND_EXIT, LAST_WORD

        durable = [0, 0]
        with (self.folder / f"messages.{self.life}").open("w") as stream:
            while not (link.ended or link.broken):
                for kind, t_ns, body in link.read(5.0):
                    print(json.dumps([kind, t_ns, body.hex()]), file=stream, flush=True)
                    if kind in (1, 2):
                        durable[kind - 1] += len(body)
                        if b"recorder: die" in body and self.life <= self.lives():
                            os.kill(os.getpid(), signal.SIGKILL)
                    if self.habit == "killed at the end" and self.life == 1:
                        if kind == KIND_EXIT:
                            os.kill(os.getpid(), signal.SIGKILL)
                        continue
                    status.acknowledge(*durable)
        status.send(LAST_WORD, b"")
        return 7 if link.broken else 0

    def lives(self) -> int:
        return 2 if self.habit == "mortal" else 1


def main() -> None:
    from swiftlog_core.capture.pump import capture
    from swiftlog_core.capture.recorder import fork_recorder
    from swiftlog_core.capture.spec import CaptureResult, CaptureSpec

    folder, habit, options, *argv = sys.argv[1:]
    recorder = _Recorder(Path(folder), habit)
    start = None
    if habit != "none":
        start = lambda fds: fork_recorder(recorder.start(), fds)  # noqa: E731 - short
    spec = CaptureSpec(argv, os.environb, start_recorder=start, **json.loads(options))
    result = capture(spec)
    outbox = result.outbox
    assert outbox is not None
    while outbox.lingering:
        outbox.linger()
    result.recorder = outbox.handle
    if result.recorder is not None:
        os.waitpid(result.recorder.pid, 0)
    outbox.finish()
    result.unrecorded = outbox.unrecorded
    names = [name for name in CaptureResult.__slots__ if name != "outbox"]
    facts = {name: getattr(result, name) for name in names}
    facts["holders"] = [[holder.pid, holder.command] for holder in result.holders]
    facts["recorder"] = result.recorder is not None
    Path(folder, "result.json").write_text(json.dumps(facts))
    os._exit(result.exit_code)


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    main()
