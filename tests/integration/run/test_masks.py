"""Values that are told while the command runs stay hidden, whoever records."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from swiftlog_core.events import STDOUT
from tests.integration.run.test_recording import KILLER, SWIFTLOG, Place, text_of

VALUE = "s3cr3t-value-of-now"

# Prints one line, waits until it is durable, kills the recorder and waits for the next.
KILL, _, _ = KILLER.partition("os.write(1")
_, _, KILL_NOW = KILLER.partition('half")\n')
KILL_NOW, _, _ = KILL_NOW.partition("os.write(1")


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


@pytest.mark.parametrize("how", ["command", "line"])
def test_a_told_value_is_hidden_by_the_recorder_that_follows_a_killed_one(
    place: Place, tmp_path: Path, how: str
) -> None:
    if not Path("/proc/self/fd").is_dir():
        pytest.skip("the recorder is found in /proc")
    told = {
        "command": (
            "import subprocess\n"
            f"subprocess.run([{str(SWIFTLOG)!r}, 'mask', 'add', '--name', 'N'],"
            f" input={VALUE.encode()!r}, check=True)\n"
            "os.write(1, b'told\\n')\n"
        ),
        "line": f"os.write(1, b'::add-mask::{VALUE}\\n')\n",
    }
    name = {"command": b"N", "line": b"add-mask"}[how]
    script = tmp_path / "script.py"  # arguments are recorded
    text = f"{KILL}{told[how]}{KILL_NOW}os.write(1, b'now {VALUE}\\n')\n"
    script.write_text(text)
    ran = place.run("--", sys.executable, str(script))
    assert ran.code == 0, ran.err
    assert ran.out.endswith(f"now {VALUE}\n".encode())
    assert text_of(place.spool(), STDOUT).endswith(b"now ***%b***\n" % name)
    for path in place.data.rglob("*"):
        assert path.is_dir() or VALUE.encode() not in path.read_bytes()
