"""What is left behind is drained until nobody holds it, and by nobody of ours."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

from tests.unit.swiftlog_core.capture.captured import ROOT, python

if TYPE_CHECKING:
    from pathlib import Path

PROGRAM = """
import os, sys
sys.path.insert(0, sys.argv[1])
from swiftlog_core.capture.drain import fork_drain
reader, writer = os.pipe()
holder = os.fork()
if not holder:
    os.close(reader)
    sys.stdin.read()
    for _ in range(100):
        os.write(writer, b"late\\n" * 2000)
    print("alive", file=sys.stderr)
    os._exit(0)
os.close(writer)
fork_drain({reader: 1})
"""


def _leave(out: int | None) -> tuple[bytes, bytes]:
    """Leave a holder behind and let it write; give our output and its words."""
    with subprocess.Popen(
        [*python(PROGRAM), str(ROOT)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE if out is None else out,
        stderr=subprocess.PIPE,
    ) as child:
        assert child.stdin is not None
        child.wait()
        child.stdin.close()
        child.stdin = None
        out_bytes = child.stdout.read() if child.stdout else b""
        assert child.stderr is not None
        return out_bytes, child.stderr.read()


def test_a_holder_may_write_on_and_a_pipes_reader_is_not_kept_waiting() -> None:
    out, err = _leave(None)
    assert (out, err) == (b"", b"alive\n")


def test_late_words_reach_a_file(tmp_path: Path) -> None:
    fd = os.open(tmp_path / "out", os.O_WRONLY | os.O_CREAT)
    _, err = _leave(fd)
    os.close(fd)
    assert err == b"alive\n"
    limit = 200
    while (tmp_path / "out").stat().st_size < 1_000_000 and limit:
        limit -= 1
        os.sched_yield()
    assert (tmp_path / "out").read_bytes()[:5] == b"late\n"
