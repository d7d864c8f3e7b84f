"""A command on a terminal of its own is a job in a session, not its leader."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

from swiftlog_core.capture.family import descendants
from swiftlog_core.capture.link import KIND_STDOUT
from tests.unit.swiftlog_core.capture.captured import Captured, python, run

if TYPE_CHECKING:
    from pathlib import Path

PLACE = """
import os
print(os.getsid(0) == os.getppid(), os.getpgrp() == os.getpid())
print(os.tcgetpgrp(1) == os.getpgrp(), os.isatty(1), os.isatty(0))
"""


def test_in_ci_a_terminal_that_is_asked_for_has_the_command_in_its_foreground(
    tmp_path: Path,
) -> None:
    done = run(tmp_path, python(PLACE), pty="always")
    assert done.stdout == b"True True\nTrue True False\n"
    assert done.recorded(KIND_STDOUT) == done.stdout
    assert done.result["tty"] is True


def test_exit_codes_and_signals_come_through_the_leader(tmp_path: Path) -> None:
    assert run(tmp_path, ["sh", "-c", "exit 77"], pty="always").code == 77
    done = run(tmp_path, ["sh", "-c", "kill -KILL $$"], pty="always")
    assert (done.code, done.result["signal"]) == (137, 9)
    assert run(tmp_path, ["no-such-command"], pty="always").code == 127


def test_a_leader_that_is_killed_takes_the_command_along_and_hangs_nobody(
    tmp_path: Path,
) -> None:
    running = Captured(
        tmp_path,
        ["sh", "-c", "echo ready; exec sleep 60"],
        pty="always",
        recorder="none",
    )
    running.read_until(b"ready")
    family = descendants(running.process.pid, ())
    [leader] = [pid for pid in family if os.getsid(pid) == pid]
    os.kill(leader, signal.SIGKILL)
    done = running.wait()
    assert done.code in (128 + signal.SIGKILL, 128 + signal.SIGHUP)


def test_a_wrapper_that_is_killed_takes_the_command_along(tmp_path: Path) -> None:
    for pty in ("always", "never"):
        running = Captured(
            tmp_path,
            ["sh", "-c", "echo ready; exec sleep 60"],
            pty=pty,
            recorder="none",
        )
        running.read_until(b"ready")
        running.process.kill()
        running.process.communicate(timeout=20)  # ends only when nobody holds the pipe
