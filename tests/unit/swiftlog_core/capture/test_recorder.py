"""A recorder is a process of its own, in which nothing of the pump is left."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from swiftlog_core.capture.link import (
    KIND_EXIT,
    KIND_GAP,
    KIND_STDOUT,
    decode_gap,
)
from tests.unit.swiftlog_core.capture.captured import ROOT, python, run

if TYPE_CHECKING:
    from pathlib import Path

STATE = """
import os, sys
sys.path.insert(0, sys.argv[1])
os.dup2(0, 9, inheritable=True)
mine = os.open(os.devnull, os.O_RDONLY)
from swiftlog_core.capture.inbox import SignalInbox
from swiftlog_core.capture.recorder import fork_recorder
inbox = SignalInbox()
def serve(link, status):
    fds = sorted(int(n) for n in os.listdir("/proc/self/fd"))
    links = []
    for n in fds:
        try:
            links.append((n, os.readlink(f"/proc/self/fd/{n}").split("[")[0]))
        except FileNotFoundError:  # of the listing itself
            pass
    status.send(20, repr(links).encode())
    status.send(21, repr(os.getsid(0) == os.getpid()).encode())
    lines = open("/proc/self/status").read().splitlines()
    status.send(22, repr([l for l in lines if l[:6] in ("SigBlk", "SigIgn")]).encode())
    return 5
handle = fork_recorder(serve, [mine, *inbox.fds()])
print(os.waitstatus_to_exitcode(os.waitpid(handle.pid, 0)[1]))
print(os.read(handle.status_fd, 4096))
"""


def test_the_recorder_holds_nothing_of_the_pump_and_hears_no_terminal(
    tmp_path: Path,
) -> None:
    done = run(tmp_path, [*python(STATE), str(ROOT)], recorder="none")
    text = done.stdout.decode()
    assert text.startswith("5\n"), done.stderr
    kinds = re.findall(r"\((\d+), '([^']*)'\)", text)
    assert [kind for _, kind in kinds] == ["/dev/null"] * 3 + ["pipe:"] * 2
    assert "True" in text
    blocked, ignored = (int(word, 16) for word in re.findall(r"t([0-9a-f]{16})", text))
    assert blocked == 0
    for number in (1, 2, 3, 15):
        assert ignored >> (number - 1) & 1


def test_a_recorder_that_dies_costs_a_gap_and_is_started_once_more(
    tmp_path: Path,
) -> None:
    code = (
        "import os, time\n"
        "for word in (b'one\\n', b'recorder: die\\n', b'three\\n', b'four\\n'):\n"
        "    os.write(1, word); time.sleep(0.3)"
    )
    done = run(tmp_path, python(code))
    assert done.stdout == b"one\nrecorder: die\nthree\nfour\n"
    assert done.recorded(KIND_STDOUT, 1) == b"one\nrecorder: die\n"
    assert done.recorded(KIND_STDOUT, 2) == b"three\nfour\n"
    gaps = [decode_gap(b) for kind, _, b in done.messages(2) if kind == KIND_GAP]
    assert [(gap.size, gap.offset) for gap in gaps] == [(14, 18)]
    assert done.result["recorder_failures"] == ["died"]
    assert done.result["unrecorded"] == 0


def test_after_the_second_death_the_command_goes_on_unrecorded(tmp_path: Path) -> None:
    code = (
        "import os, time\n"
        "for word in (b'recorder: die\\n', b'recorder: die\\n', b'free\\n'):\n"
        "    os.write(1, word); time.sleep(0.3)"
    )
    done = run(tmp_path, python(code), recorder="mortal")
    assert (done.code, done.stdout.count(b"\n")) == (0, 3)
    assert done.result["recorder_failures"] == ["died", "died"]
    assert done.result["recorder"] is False
    assert done.result["unrecorded"] >= len(b"free\n")


def test_what_a_recorder_raises_is_told_and_the_next_one_gets_everything(
    tmp_path: Path,
) -> None:
    done = run(
        tmp_path, ["sh", "-c", "echo a; sleep 0.3; echo b"], recorder="broken once"
    )
    assert done.stdout == b"a\nb\n"
    failures = done.result["recorder_failures"]
    assert failures == ["ValueError: broken once", "died"]
    assert not (tmp_path / "messages.1").exists()


def test_a_recorder_that_hears_nothing_is_told_at_last_what_it_misses(
    tmp_path: Path,
) -> None:
    script = "head -c 3000000 /dev/zero"
    done = run(
        tmp_path, ["sh", "-c", f"{script}; (sleep 4; touch listen) &"], recorder="deaf"
    )
    assert len(done.stdout) == 3_000_000
    gaps = [decode_gap(b) for kind, _, b in done.messages() if kind == KIND_GAP]
    assert sum(gap.size for gap in gaps) + len(done.recorded(KIND_STDOUT)) == 3_000_000
    assert gaps[-1].offset == 3_000_000
    assert done.messages()[-1][0] == KIND_EXIT
    assert done.result["unrecorded"] == 0


def test_a_recorder_killed_after_the_goodbye_is_followed_by_one_that_closes(
    tmp_path: Path,
) -> None:
    done = run(
        tmp_path, ["sh", "-c", "echo kept; exit 3"], recorder="killed at the end"
    )
    assert done.code == 3
    assert [kind for kind, _, _ in done.messages(2)] == [KIND_GAP, KIND_EXIT]
    gap = decode_gap(done.messages(2)[0][2])
    assert (gap.size, gap.offset, gap.cause) == (5, 5, "recorder_died")
    assert json.loads(done.messages(2)[1][2])["exit_code"] == 3
    assert done.result["unrecorded"] == 0
