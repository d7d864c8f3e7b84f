"""Signals reach the command once, as if they had been sent to it."""

from __future__ import annotations

import os
import pty
import signal
import sys
import time
from typing import TYPE_CHECKING

import pytest

from swiftlog_core.capture.family import descendants
from tests.unit.swiftlog_core.capture.captured import Captured, on_terminal, python

if TYPE_CHECKING:
    from pathlib import Path

COUNT = """
import os, signal, sys, time
got = []
for name in sys.argv[1:]:
    signal.signal(getattr(signal, "SIG" + name), lambda n, f: got.append(n))
os.write(1, b"ready\\n")
while len(got) < len(sys.argv) - 1:
    time.sleep(0.005)
time.sleep(0.1)
os.write(1, b"%r" % [signal.Signals(n).name for n in got])
"""

TREE = """
import os, signal, subprocess, sys, time
depth = int(sys.argv[1])
if depth == 3 and os.fork() == 0:
    os.setsid()
    if os.fork(): os._exit(0)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    time.sleep(60)
if depth:
    subprocess.Popen([sys.executable, "-I", sys.argv[2], str(depth - 1), sys.argv[2]])
else:
    os.write(1, b"ready\\n")
time.sleep(60)
"""


@pytest.mark.parametrize("name", ["USR1", "USR2", "HUP", "WINCH", "QUIT", "INT"])
def test_a_signal_arrives_once(tmp_path: Path, name: str) -> None:
    running = Captured(tmp_path, [*python(COUNT), name], recorder="none")
    running.read_until(b"ready\n")
    running.process.send_signal(getattr(signal, "SIG" + name))
    done = running.wait()
    assert done.stdout == f"['SIG{name}']".encode()


def test_a_tree_of_processes_is_gone_after_a_cancel(tmp_path: Path) -> None:
    (tmp_path / "tree.py").write_text(TREE)
    argv = [sys.executable, "-I", "tree.py", "3", "tree.py"]
    running = Captured(tmp_path, argv, grace_seconds=0.5)
    running.read_until(b"ready\n")
    family = descendants(running.process.pid, ())
    assert len(family) >= 6  # four of the tree, the one that hides, the recorder
    running.process.send_signal(signal.SIGTERM)
    done = running.wait()
    assert done.result["status"] == "cancelled"
    assert done.code == 128 + signal.SIGTERM
    for pid in family:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


def test_term_that_is_ignored_ends_in_a_kill_after_the_grace(tmp_path: Path) -> None:
    script = "trap '' TERM; echo ready; while :; do sleep 1; done"
    running = Captured(tmp_path, ["sh", "-c", script], grace_seconds=0.3)
    running.read_until(b"ready\n")
    running.process.send_signal(signal.SIGTERM)
    done = running.wait()
    assert done.code == 128 + signal.SIGKILL
    assert (done.result["status"], done.result["cause"]) == ("cancelled", "cancelled")


def test_a_shell_that_waits_for_a_child_hears_a_cancel_half_a_second_later(
    tmp_path: Path,
) -> None:
    script = "trap 'echo tidy; exit 3' INT; echo ready; sleep 30; echo not here"
    running = Captured(tmp_path, ["sh", "-c", script])
    running.read_until(b"ready\n")
    running.process.send_signal(signal.SIGINT)
    done = running.wait()
    assert (done.stdout, done.code) == (b"tidy\n", 3)
    assert done.result["status"] == "cancelled"


def test_a_limit_of_time_ends_everything_with_124(tmp_path: Path) -> None:
    done = Captured(
        tmp_path, ["sh", "-c", "sleep 60 & sleep 60"], timeout_seconds=0.3
    ).wait()
    assert done.code == 124
    assert (done.result["status"], done.result["cause"]) == ("failed", "timeout")
    assert done.result["holders"] == []


def test_silence_ends_a_command_that_has_an_idle_limit(tmp_path: Path) -> None:
    script = "for i in 1 2 3 4 5 6; do echo $i; sleep 0.1; done; sleep 60"
    done = Captured(tmp_path, ["sh", "-c", script], idle_seconds=0.5).wait()
    assert (done.code, done.result["cause"]) == (124, "idle")
    assert done.stdout.split() == [b"1", b"2", b"3", b"4", b"5", b"6"]


def test_a_signal_to_the_parent_goes_to_whoever_started_the_wrapper(
    tmp_path: Path,
) -> None:
    got: list[int] = []
    old = signal.signal(signal.SIGUSR2, lambda number, _: got.append(number))
    try:
        Captured(tmp_path, ["sh", "-c", "kill -USR2 $PPID"], recorder="none").wait()
        limit = time.monotonic() + 5
        while not got and time.monotonic() < limit:
            time.sleep(0.01)
    finally:
        signal.signal(signal.SIGUSR2, old)
    assert got == [signal.SIGUSR2]


def test_an_alarm_set_before_us_rings_in_the_command(tmp_path: Path) -> None:
    code = (
        "import os, signal, sys; signal.alarm(1); os.execvp(sys.argv[1], sys.argv[1:])"
    )
    words = Captured.words(tmp_path, ["sleep", "30"])
    done = Captured(tmp_path, [*python(code), *words], recorder="none").wait()
    assert done.code == 128 + signal.SIGALRM


def test_ctrl_c_at_a_terminal_reaches_piped_output_once(tmp_path: Path) -> None:
    master, slave = pty.openpty()
    words = Captured.words(tmp_path, [*python(COUNT), "INT"], recorder="none")
    child = on_terminal(slave, ["/bin/sh", "-c", '"$@" | cat', "sh", *words])
    os.close(slave)
    data = b""
    while b"ready" not in data:
        data += os.read(master, 999)
    os.write(master, b"\x03")
    try:
        while b"]" not in data:
            data += os.read(master, 999)
    except OSError:
        assert b"]" in data, data
    os.close(master)
    child.wait(30)
    assert data.count(b"SIGINT") == 1
