"""The pipes of a command, and the numbers 0, 1 and 2."""

from __future__ import annotations

import os
import subprocess

import pytest

from swiftlog_core.capture.plumbing import Plumbing
from swiftlog_core.capture.terminal import Wiring
from tests.unit.swiftlog_core.capture.captured import ROOT, python

PROGRAM = """
import os, sys
sys.path.insert(0, sys.argv[1])
out = os.dup(1)
for fd in map(int, sys.argv[2:]):
    os.close(fd)
from swiftlog_core.capture.plumbing import plug_closed, point_to_null
print(sorted(plug_closed()), [os.fstat(n) is not None for n in (0, 1, 2)],
      min(os.pipe()) > 2, os.get_inheritable(2), file=open(out, "w"))
"""


def wiring(*pty_fds: int) -> Wiring:
    made = Wiring("never", frozenset({0, 1, 2}), merge=False)
    made.pty_fds = frozenset(pty_fds)
    return made


def close(plumbing: Plumbing) -> None:
    plumbing.close_far_ends()
    for stream in plumbing.streams:
        stream.sink.close()
        os.close(stream.fd)


@pytest.mark.parametrize("closed", [[], [0], [1], [0, 1, 2]])
def test_closed_numbers_are_plugged_so_that_no_pipe_takes_them(
    closed: list[int],
) -> None:
    done = subprocess.run(
        [*python(PROGRAM), str(ROOT), *map(str, closed)],
        capture_output=True,
        text=True,
        check=True,
    )
    inherits = 2 not in closed
    assert done.stdout == f"{closed} {[True] * 3} True {inherits}\n"


def test_each_output_has_a_pipe_of_its_own() -> None:
    plumbing = Plumbing(frozenset(), merge=False)
    plumbing.connect(wiring(), None)
    os.write(plumbing.stdio[1], b"out")
    os.write(plumbing.stdio[2], b"err")
    assert [os.read(stream.fd, 9) for stream in plumbing.streams] == [b"out", b"err"]
    assert [stream.sink.fd for stream in plumbing.streams] == [1, 2]
    assert plumbing.streams[0].target.startswith("pipe:[")
    assert set(plumbing.stdio.values()) <= set(plumbing.fds())
    plumbing.close_far_ends()
    assert [os.read(stream.fd, 9) for stream in plumbing.streams] == [b"", b""]
    close(plumbing)


def test_merged_outputs_share_one_pipe() -> None:
    plumbing = Plumbing(frozenset(), merge=True)
    plumbing.connect(wiring(), None)
    assert plumbing.stdio[1] == plumbing.stdio[2]
    assert len(plumbing.streams) == 1
    close(plumbing)


def test_what_is_closed_gets_no_pipe() -> None:
    plumbing = Plumbing(frozenset({1}), merge=True)
    plumbing.connect(wiring(), None)
    assert list(plumbing.stdio) == [2]
    close(plumbing)
