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


@pytest.mark.parametrize("how", ["command", "line"])
def test_the_run_around_a_run_hides_what_the_inner_one_is_told(
    place: Place, tmp_path: Path, how: str
) -> None:
    inner, outer = tmp_path / "inner.sh", tmp_path / "outer.sh"
    inner.write_text(
        {
            "command": f"printf %s {VALUE} | {SWIFTLOG} mask add --name N\n",
            "line": f"echo ::add-mask::{VALUE}\n",
        }[how]
        + f"echo inner {VALUE}\n"
    )
    # What the inner run prints to a file reaches the outer one later, and as text.
    outer.write_text(
        f"{SWIFTLOG} run --quiet -- sh {inner} > {tmp_path}/printed || exit\n"
        f"grep inner {tmp_path}/printed\n"
    )
    ran = place.run("--quiet", "--", "sh", str(outer))
    assert (ran.code, ran.out) == (0, f"inner {VALUE}\n".encode()), ran.err
    runs = list((place.data / "runs").glob("*.slog"))
    assert len(runs) == 2
    for path in runs:
        mask = b"***N***" if how == "command" else b"***add-mask***"
        assert text_of(path, STDOUT).endswith(b"inner " + mask + b"\n")
        assert VALUE.encode() not in path.read_bytes()


def test_a_run_around_us_that_has_gone_is_not_waited_for_for_long(place: Place) -> None:
    add = f"printf %s {VALUE} | {SWIFTLOG} mask add --name N"
    ran = place.run(
        *("--quiet", "--", "sh", "-c", f"{add}; echo $?"),
        SWIFTLOG_MASK_SOCKET="/nowhere/mask",
    )
    assert (ran.code, ran.out) == (0, b"0\n")
    assert b"the run around this one, which did not answer" in ran.err
