"""Keys reach a command on a terminal; the rest is left for who comes after."""

from __future__ import annotations

import os
import pty
import termios
from typing import TYPE_CHECKING, Any

from tests.unit.swiftlog_core.capture.captured import Captured, on_terminal, python

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

READ_ALL = """
import os, sys, tty
tty.setraw(0)
os.write(1, b"ready\\n")
data = b""
while len(data) < int(sys.argv[1]):
    data += os.read(0, 1 << 16)
os.write(1, b"sum %d\\n" % sum(data))
"""


class AtTerminal:
    """A capture in the foreground of a terminal."""

    def __init__(self, folder: Path, argv: Sequence[str], **options: Any) -> None:
        words = Captured.words(folder, argv, **options)
        self.master, slave = pty.openpty()
        self.process = on_terminal(slave, words)
        os.close(slave)
        self.seen = b""

    def read_until(self, text: bytes) -> None:
        while text not in self.seen:
            self.seen += os.read(self.master, 1 << 16)

    def end(self) -> int:
        """Read to the end; give the exit code."""
        try:
            while data := os.read(self.master, 1 << 16):
                self.seen += data
        except OSError:
            pass
        os.close(self.master)
        return self.process.wait(30)


def test_every_key_arrives_even_when_the_command_is_slow_to_read(
    tmp_path: Path,
) -> None:
    keys = bytes(range(256)) * 64
    running = AtTerminal(tmp_path, [*python(READ_ALL), str(len(keys))])
    running.read_until(b"ready")
    rest = memoryview(keys)
    while rest:
        rest = rest[os.write(running.master, rest[:1024]) :]
    running.read_until(b"sum")
    assert running.end() == 0
    assert b"sum %d" % sum(keys) in running.seen


def test_ctrl_c_ends_the_command_as_cancelled_and_restores_the_terminal(
    tmp_path: Path,
) -> None:
    running = AtTerminal(tmp_path, ["sh", "-c", "echo ready; exec sleep 60"])
    before = termios.tcgetattr(running.master)
    running.read_until(b"ready")
    os.write(running.master, b"\x03")
    done = Captured.__new__(Captured)
    done.folder = tmp_path
    assert running.end() == 130
    assert done.result["status"] == "cancelled"
    assert done.result["tty"] is True
    assert before[3] & termios.ICANON


def test_the_end_of_our_terminal_hangs_up_the_command(tmp_path: Path) -> None:
    script = "trap 'echo hung up > fate; exit 1' HUP; echo ready; sleep 60 & wait"
    running = AtTerminal(tmp_path, ["sh", "-c", f"cd {tmp_path}; {script}"])
    running.read_until(b"ready")
    os.close(running.master)
    running.process.wait(30)
    assert (tmp_path / "fate").read_text() == "hung up\n"
