"""Three calls of Linux, each seen by its effect."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.unit.swiftlog_core.capture.captured import ROOT, python

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="these calls are Linux's"
)

PROLOGUE = """
import os, signal, sys, time
sys.path.insert(0, sys.argv[1])
from swiftlog_core.capture import kernel
"""


def _run(code: str) -> str:
    return subprocess.run(
        [*python(PROLOGUE + code), str(ROOT)],
        capture_output=True,
        check=True,
        text=True,
        timeout=30,
    ).stdout


def test_an_orphan_becomes_ours() -> None:
    code = """
print(kernel.become_subreaper())
reader, writer = os.pipe()
if not os.fork():
    if not os.fork():
        while os.getppid() == int(os.environ.get("X", 0)): pass
        os.write(writer, b"%d" % os.getpid())
    os._exit(0)
os.wait()
orphan = int(os.read(reader, 99))
print(os.waitpid(orphan, 0)[0] == orphan)
"""
    assert _run(code).split() == ["True", "True"]


def test_a_child_that_armed_dies_with_its_parent() -> None:
    code = """
kernel.become_subreaper()
death = kernel.DeathSignal()
reader, writer = os.pipe()
middle = os.fork()
if not middle:
    child = os.fork()
    if not child:
        death.arm(os.getppid())
        os.write(writer, b"%d" % os.getpid())
        time.sleep(60)
    time.sleep(60)
child = int(os.read(reader, 99))
os.kill(middle, signal.SIGKILL)
os.waitpid(middle, 0)
print(os.WTERMSIG(os.waitpid(child, 0)[1]))
"""
    assert _run(code) == "9\n"


def test_a_child_whose_parent_died_before_it_armed_dies_at_once() -> None:
    code = """
death = kernel.DeathSignal()
pid = os.fork()
if not pid:
    death.arm(1 << 30)
    os._exit(0)
print(os.WTERMSIG(os.waitpid(pid, 0)[1]))
"""
    assert _run(code) == "9\n"


def test_where_there_is_no_such_call_nothing_breaks() -> None:
    code = """
sys.platform = "darwin"
print(kernel.become_subreaper(), kernel.open_signalfd([1]))
kernel.DeathSignal().arm(1)
"""
    assert _run(code) == "False -1\n"
