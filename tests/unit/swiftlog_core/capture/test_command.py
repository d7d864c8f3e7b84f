"""A command's processes: started, signalled, stopped, ended, each told once."""

from __future__ import annotations

import os
import subprocess

from tests.unit.swiftlog_core.capture.captured import ROOT, python

PROLOGUE = """
import os, signal, sys, time
sys.path.insert(0, sys.argv[1])
from swiftlog_core.capture.command import Command, reap
from swiftlog_core.capture.inbox import SignalInbox
from swiftlog_core.capture.spawn import Launch, Program

def start(argv, own_group=True):
    inbox = SignalInbox()
    reader, writer = os.pipe()
    program = Program(argv, os.environb)
    launch = Launch(program, inbox, stdio={}, closed=(), report_fd=writer)
    command = Command(launch, reader)
    command.start(own_group=own_group)
    os.close(writer)
    command.on_report()
    return command

def wait(command, wanted):
    while not wanted(command):
        for pid, status in reap():
            print(command.on_reaped(pid, status))
        time.sleep(0.005)
"""


def _run(code: str) -> list[str]:
    done = subprocess.run(
        [*python(PROLOGUE + code), str(ROOT)],
        capture_output=True,
        check=True,
        text=True,
        timeout=30,
        start_new_session=True,
    )
    return done.stdout.splitlines()


def test_a_command_in_a_group_of_its_own_ends_with_its_status() -> None:
    code = """
command = start(["sh", "-c", "exit 3"])
print(command.group == command.pid, command.failure, command.report_fd)
wait(command, lambda c: c.status is not None)
print(os.WEXITSTATUS(command.status))
command.signal(signal.SIGTERM)
"""
    assert _run(code) == ["True None -1", "True", "3"]


def test_a_command_in_our_group_is_signalled_alone() -> None:
    code = """
command = start(["sleep", "60"], own_group=False)
print(command.group, os.getpgid(command.pid) == os.getpgrp())
command.signal_group(signal.SIGTERM)
wait(command, lambda c: c.status is not None)
print(os.WTERMSIG(command.status))
"""
    assert _run(code) == ["0 True", "True", "15"]


def test_stops_and_continues_are_noticed() -> None:
    code = """
command = start(["sleep", "60"])
command.signal(signal.SIGSTOP)
wait(command, lambda c: c.stopped_by)
print(command.stopped_by == signal.SIGSTOP)
command.signal_group(signal.SIGCONT)
wait(command, lambda c: not c.stopped_by)
command.signal(signal.SIGKILL)
wait(command, lambda c: c.status is not None)
"""
    assert _run(code) == ["True", "True", "True", "True"]


def test_the_family_is_signalled_with_or_without_its_head() -> None:
    code = """
command = start(["sh", "-c", "sleep 60 & sleep 60; exit 4"])
while command.signal_family(0, []) < 3:
    time.sleep(0.005)
others = command.signal_family(0, [], itself=False)
print(others, command.signal_family(0, [command.pid]))
command.signal_family(signal.SIGTERM, [], itself=False)
wait(command, lambda c: c.status is not None)
print(os.WEXITSTATUS(command.status))
"""
    assert _run(code) == ["2 0", "True", "4"]


def test_a_failed_start_is_told_before_the_end() -> None:
    code = """
command = start(["no-such-command"])
print(command.failure.exit_code)
wait(command, lambda c: c.status is not None)
"""
    assert _run(code) == ["127", "True"]


def test_reaping_without_children_gives_nothing() -> None:
    assert _run("print(reap())") == ["[]"]
    assert os.name == "posix"
