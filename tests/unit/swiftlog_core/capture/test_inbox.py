"""Signals are read with their senders; what was inherited is given back."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path

import pytest

from tests.unit.swiftlog_core.capture.captured import ROOT, python

PROLOGUE = """
import os, signal, sys, time
sys.path.insert(0, sys.argv[1])
if sys.argv[2] == "handlers":
    import swiftlog_core.capture.inbox as module
    module.open_signalfd = lambda signals: -1
from swiftlog_core.capture.inbox import SignalInbox
import select
def read(inbox, wanted):
    got = []
    while len(got) < wanted:
        select.select([inbox.fileno()], [], [], 5)
        got += inbox.read()
    return got
"""

BEFORE = """
import os, signal, sys
signal.signal(signal.SIGHUP, signal.SIG_IGN)
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR2])
os.execv(sys.argv[1], sys.argv[1:])
"""

BOTH = pytest.mark.parametrize("way", ["signalfd", "handlers"])


def _run(code: str, way: str, before: str = "") -> list[str]:
    words = [*python(PROLOGUE + code), str(ROOT), way]
    done = subprocess.run(
        [*python(before), *words] if before else words,
        capture_output=True,
        check=True,
        text=True,
        timeout=30,
    )
    return done.stdout.splitlines()


@BOTH
def test_a_signal_is_read_and_does_not_act(way: str) -> None:
    code = """
inbox = SignalInbox()
for number in (signal.SIGTERM, signal.SIGUSR1, signal.SIGINT):
    os.kill(os.getpid(), number)
    [arrival] = read(inbox, 1)
    print(arrival.signal, arrival.from_process, arrival.sender == os.getpid())
print(inbox.read())
"""
    known = way == "signalfd"
    facts = f"{True if known else None} {known}"
    assert _run(code, way) == [f"15 {facts}", f"10 {facts}", f"2 {facts}", "[]"]


def _ignored_here() -> int:
    status = Path("/proc/self/status").read_text()
    (line,) = (line for line in status.splitlines() if line.startswith("SigIgn:"))
    return int(line.split()[1], 16)


@BOTH
def test_the_command_gets_the_mask_and_the_dispositions_that_we_got(way: str) -> None:
    code = """
inbox = SignalInbox()
pid = os.fork()
if not pid:
    inbox.reset_in_child()
    os.execvp("grep", ["grep", "-E", "Sig(Blk|Ign)", "/proc/self/status"])
print(os.waitpid(pid, 0)[1], sorted(inbox.ignored) == [signal.SIGHUP, signal.SIGCHLD])
"""
    lines = _run(code, way, before=BEFORE)
    masks = {line.split()[0]: int(line.split()[1], 16) for line in lines[:2]}
    assert masks["SigBlk:"] == 1 << (signal.SIGUSR2 - 1)
    # Whoever started the tests may have had more ignored, like a signal of glibc's own.
    ours = {1 << (n - 1) for n in (signal.SIGPIPE, signal.SIGXFSZ)}
    inherited = _ignored_here() & ~sum(ours)
    wanted = 1 << (signal.SIGHUP - 1) | 1 << (signal.SIGCHLD - 1)
    assert masks["SigIgn:"] == inherited | wanted
    assert lines[2] == "0 True"


@BOTH
def test_closing_gives_signals_their_effect_back(way: str) -> None:
    code = """
inbox = SignalInbox()
inbox.close()
print(signal.pthread_sigmask(signal.SIG_BLOCK, []))
try:
    os.kill(os.getpid(), signal.SIGINT)
    time.sleep(5)
except KeyboardInterrupt:
    print("interrupted")
"""
    assert _run(code, way) == ["set()", "interrupted"]


@BOTH
@pytest.mark.parametrize("number", [signal.SIGSTOP, signal.SIGTSTP])
def test_stopping_ourselves_is_seen_by_whoever_waits_for_us(
    way: str, number: int
) -> None:
    code = f"""
inbox = SignalInbox()
inbox.stop_ourselves({int(number)})
print([a.signal for a in read(inbox, 1)])
"""
    with subprocess.Popen(
        [*python(PROLOGUE + code), str(ROOT), way],
        stdout=subprocess.PIPE,
        process_group=0,
    ) as child:
        _, status = os.waitpid(child.pid, os.WUNTRACED)
        assert os.WIFSTOPPED(status)
        assert os.WSTOPSIG(status) == number
        child.send_signal(signal.SIGCONT)
        assert child.stdout is not None
        assert child.stdout.read() == b"[18]\n"
