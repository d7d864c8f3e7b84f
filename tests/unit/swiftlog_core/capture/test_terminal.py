"""Which descriptors become a terminal, and ours as it was afterwards."""

from __future__ import annotations

import os
import pty
import struct
import subprocess
import termios
from fcntl import ioctl

import pytest

from swiftlog_core.capture.terminal import Terminal, Wiring
from tests.unit.swiftlog_core.capture.captured import ROOT, on_terminal, python

PROGRAM = """
import os, sys
sys.path.insert(0, sys.argv[1])
from swiftlog_core.capture.terminal import Wiring
wiring = Wiring(sys.argv[2], frozenset({0, 1, 2}), merge=sys.argv[3] == "merge")
os.write(int(sys.argv[4]), repr((sorted(wiring.pty_fds), wiring.own_session)).encode())
"""


def _wiring(
    mode: str, terminals: str, *, merge: bool = False
) -> tuple[list[int], bool]:
    """Decide in a session of its own with a controlling terminal, if it has any."""
    master, slave = pty.openpty()
    reader, writer = os.pipe()
    fds = [
        slave if str(fd) in terminals else os.open("/dev/null", os.O_RDWR)
        for fd in (0, 1, 2)
    ]

    words = [*python(PROGRAM), str(ROOT), mode, "merge" if merge else "", str(writer)]
    stdio = dict(zip(("stdin", "stdout", "stderr"), fds, strict=True))
    if terminals:
        child = on_terminal(slave, words, pass_fds=[writer], **stdio)
    else:
        child = subprocess.Popen(
            words,
            stdin=fds[0],
            stdout=fds[1],
            stderr=fds[2],
            pass_fds=[writer],
            start_new_session=True,
        )
    assert child.wait(30) == 0
    os.close(writer)
    data = os.read(reader, 999)
    for fd in {master, slave, reader, *fds}:
        os.close(fd)
    found: tuple[list[int], bool] = eval(data)
    return found


@pytest.mark.parametrize(
    ("mode", "terminals", "wanted"),
    [
        ("auto", "012", ([0, 1, 2], True)),
        ("auto", "12", ([1, 2], False)),
        ("auto", "01", ([0, 1], True)),
        ("auto", "0", ([], False)),
        ("auto", "", ([], False)),
        ("always", "", ([1, 2], True)),
        ("always", "0", ([0, 1, 2], True)),
        ("never", "012", ([], False)),
    ],
)
def test_terminals_stay_terminals_and_the_rest_as_it_is(
    mode: str, terminals: str, wanted: tuple[list[int], bool]
) -> None:
    assert _wiring(mode, terminals) == wanted


def test_a_merged_error_goes_wherever_output_goes() -> None:
    assert _wiring("auto", "02", merge=True) == ([], False)
    assert _wiring("auto", "01", merge=True) == ([0, 1, 2], True)


def test_without_a_terminal_of_ours_the_size_is_told_or_usual() -> None:
    wiring = Wiring("always", frozenset({0, 1, 2}), merge=False)
    wiring.pty_fds = frozenset({1, 2}) - {fd for fd in (1, 2) if os.isatty(fd)}
    for environ, size in (
        ({}, (24, 80)),
        ({b"LINES": b"50", b"COLUMNS": b"132"}, (50, 132)),
        ({b"LINES": b"x", b"COLUMNS": b"-1"}, (24, 80)),
    ):
        terminal = Terminal(wiring, environ)
        window = ioctl(terminal.slave, termios.TIOCGWINSZ, bytes(8))
        assert struct.unpack("HHHH", window)[:2] == size
        assert not terminal.in_foreground()
        assert not terminal.enter_raw()
        terminal.close_slave()
        terminal.close_slave()
        terminal.note_modes()
        os.close(terminal.master)
