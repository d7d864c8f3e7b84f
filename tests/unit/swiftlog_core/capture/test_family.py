"""Who descends from whom, and who holds what, read from the kernel's own books."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from swiftlog_core.capture.family import (
    descendants,
    holders,
    is_descendant,
    is_stopped,
)

pytestmark = pytest.mark.skipif(
    not os.path.exists("/proc/self/stat"),  # noqa: PTH110 - as the module asks
    reason="only Linux has /proc",
)

PARENT = "import os, sys; os.fork(); print(os.getpid(), flush=True); sys.stdin.read()"


@pytest.fixture
def parent() -> subprocess.Popen[bytes]:
    """A process with one child; both wait for the end of their input."""
    return subprocess.Popen(
        [sys.executable, "-I", "-c", PARENT],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )


def test_children_and_grandchildren_descend_but_not_the_excluded(
    parent: subprocess.Popen[bytes],
) -> None:
    with parent:
        assert parent.stdout is not None
        pids = {int(parent.stdout.readline()) for _ in range(2)}
        found = descendants(os.getpid(), ())
        assert pids <= set(found)
        assert pids.isdisjoint(descendants(os.getpid(), [parent.pid]))
        [grandchild] = pids - {parent.pid}
        assert is_descendant(grandchild, os.getpid())
        assert not is_descendant(os.getpid(), grandchild)
        assert not is_stopped(parent.pid)


def test_whoever_has_a_pipe_open_holds_it(parent: subprocess.Popen[bytes]) -> None:
    with parent:
        assert parent.stdout is not None
        pids = {int(parent.stdout.readline()) for _ in range(2)}
        target = f"pipe:[{os.fstat(parent.stdout.fileno()).st_ino}]"
        found = holders([target], ())
        assert {holder.pid for holder in found} == pids
        assert all(holder.command.startswith("python") for holder in found)
        assert {h.pid for h in holders([target], [parent.pid])} == pids - {parent.pid}
        assert holders(["pipe:[0]"], ()) == []


def test_a_process_that_is_gone_descends_from_nobody() -> None:
    child = subprocess.Popen(["true"])
    child.wait()
    assert not is_descendant(child.pid, os.getpid())
    assert not is_stopped(child.pid)
