"""The pump as a whole: bytes, exits, drains, recorders; in real processes."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from swiftlog_core.capture.link import (
    KIND_EOF,
    KIND_EXIT,
    KIND_STDERR,
    KIND_STDOUT,
)
from tests.unit.swiftlog_core.capture.captured import ROOT, Captured, python, run


def test_output_passes_and_is_recorded_by_stream(tmp_path: Path) -> None:
    done = run(tmp_path, ["sh", "-c", "echo out; echo err >&2; exit 3"])
    assert (done.stdout, done.stderr, done.code) == (b"out\n", b"err\n", 3)
    assert done.recorded(KIND_STDOUT) == b"out\n"
    assert done.recorded(KIND_STDERR) == b"err\n"
    assert done.result["status"] == "failed"
    assert done.result["bytes_passed"] == [4, 4]


def test_the_last_message_tells_the_exit_and_each_stream_its_end(
    tmp_path: Path,
) -> None:
    done = run(tmp_path, ["true"])
    kinds = [kind for kind, _, _ in done.messages()]
    assert kinds == [KIND_EOF, KIND_EOF, KIND_EXIT]
    exit_facts = json.loads(done.messages()[-1][2])
    assert exit_facts["status"] == "success"
    assert exit_facts["exit_code"] == 0
    assert exit_facts["duration_ns"] == done.result["duration_ns"] > 0


def test_arrival_times_never_go_back(tmp_path: Path) -> None:
    done = run(tmp_path, ["sh", "-c", "for i in 1 2 3; do echo $i; sleep 0.01; done"])
    times = [t_ns for kind, t_ns, _ in done.messages() if kind == KIND_STDOUT]
    assert times == sorted(times)
    assert times[-1] - times[0] >= 20_000_000


ALL_CODES = """
import os, sys
sys.path.insert(0, sys.argv[1])
from swiftlog_core.capture.pump import capture
from swiftlog_core.capture.spec import CaptureSpec
for code in range(256):
    pid = os.fork()
    if not pid:
        spec = CaptureSpec(["sh", "-c", f"exit {code}"], os.environb)
        os._exit(capture(spec).exit_code)
    print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
"""


def test_every_exit_code_is_exact() -> None:
    done = subprocess.run(
        [*python(ALL_CODES), str(ROOT)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=True,
        start_new_session=True,
    )
    assert [int(word) for word in done.stdout.split()] == list(range(256))


@pytest.mark.parametrize("name", ["TERM", "KILL", "SEGV", "PIPE", "USR1"])
def test_a_death_by_signal_is_128_plus_its_number(tmp_path: Path, name: str) -> None:
    done = run(tmp_path, ["sh", "-c", f"ulimit -c 0; kill -{name} $$; sleep 9"])
    number = getattr(signal, f"SIG{name}")
    assert done.code == 128 + number
    assert done.result["signal"] == number
    assert done.result["status"] == "failed"


def test_no_last_byte_is_lost_by_a_writer_that_exits_at_once(tmp_path: Path) -> None:
    code = "import os; os.write(1, b'x' * 65536); os.write(2, b'last'); os._exit(0)"
    for attempt in range(20):
        folder = tmp_path / str(attempt)
        folder.mkdir()
        done = run(folder, python(code))
        assert (len(done.stdout), done.stderr) == (65536, b"last")
        assert len(done.recorded(KIND_STDOUT)) == 65536


def test_megabytes_of_random_bytes_pass_unchanged(tmp_path: Path) -> None:
    data = os.urandom(9_000_001)
    (tmp_path / "data").write_bytes(data)
    done = run(tmp_path, ["cat", "data"])
    wanted = hashlib.sha256(data).digest()
    assert hashlib.sha256(done.stdout).digest() == wanted
    assert hashlib.sha256(done.recorded(KIND_STDOUT)).digest() == wanted


def test_merged_streams_keep_their_exact_order(tmp_path: Path) -> None:
    code = "import os\nfor i in range(4000): os.write(1 + i % 2, b'%d\\n' % i)"
    done = run(tmp_path, python(code), merge=True)
    wanted = b"".join(b"%d\n" % i for i in range(4000))
    assert done.stdout == wanted
    assert done.recorded(KIND_STDOUT) == wanted
    assert done.stderr == b""


def test_a_daemon_that_holds_the_output_neither_hangs_us_nor_dies(
    tmp_path: Path,
) -> None:
    script = "(sleep 2; echo late; echo lives > fate) & echo started"
    done = run(tmp_path, ["sh", "-c", script], popen={"stderr": None})
    assert done.stdout == b"started\n"
    [[pid, command]] = [h for h in done.result["holders"] if h[1] in ("sh", "sleep")][
        :1
    ]
    assert command
    os.kill(pid, 0)
    limit = time.monotonic() + 10
    while not (tmp_path / "fate").exists():
        assert time.monotonic() < limit
        time.sleep(0.02)


def test_output_that_comes_within_a_second_after_the_exit_is_kept(
    tmp_path: Path,
) -> None:
    done = run(tmp_path, ["sh", "-c", "(sleep 0.3; echo late) & echo soon"])
    assert done.stdout == b"soon\nlate\n"
    assert done.recorded(KIND_STDOUT) == b"soon\nlate\n"
    assert done.result["holders"] == []


def test_a_blocked_standard_output_blocks_neither_error_nor_end_nor_signals(
    tmp_path: Path,
) -> None:
    code = (
        "import os, threading\n"
        "write = lambda: os.write(1, b'x' * 3_000_000)\n"
        "t = threading.Thread(target=write, daemon=True)\n"
        "t.start(); t.join(0.3)\n"
        "os.write(2, b'still heard\\n'); t.join()"
    )
    running = Captured(tmp_path, python(code))
    assert running.process.stderr is not None
    assert running.process.stderr.readline() == b"still heard\n"
    running.process.send_signal(signal.SIGTERM)
    assert running.process.wait(20) == 128 + signal.SIGTERM
    running.process.stdout.close()  # type: ignore[union-attr]  # it is a pipe
    running.process.stderr.close()


def test_a_full_disk_behind_our_output_does_not_stop_the_command(
    tmp_path: Path,
) -> None:
    with Path("/dev/full").open("wb") as full:
        done = run(
            tmp_path, ["sh", "-c", "echo a; echo b; exit 5"], popen={"stdout": full}
        )
    assert done.code == 5
    assert done.recorded(KIND_STDOUT) == b"a\nb\n"
    assert done.result["undelivered"] == 4


def test_with_no_descriptors_left_the_command_runs_unrecorded(tmp_path: Path) -> None:
    words = Captured.words(tmp_path, ["sh", "-c", "echo hi; exit 4"])
    script = 'ulimit -n 6; exec "$@"'
    done = run(tmp_path, ["sh", "-c", script, "sh", *words], recorder="none")
    assert (done.stdout, done.code) == (b"hi\n", 4)
    assert b"not recorded" in done.stderr


def test_a_command_that_is_not_there_is_reported_as_by_a_shell(tmp_path: Path) -> None:
    done = run(tmp_path, ["no-such-command"])
    assert done.code == 127
    assert done.stderr == b"swiftlog: no-such-command: command not found\n"
    assert done.recorded(KIND_STDERR) == done.stderr
    assert done.result["cause"] == "not_found"


def test_a_name_that_is_no_text_and_an_error_output_that_is_full_change_no_code(
    tmp_path: Path,
) -> None:
    name = os.fsdecode(b"\xff-no-such-command")
    done = run(tmp_path, [name])
    assert done.code == 127
    assert done.stderr == b"swiftlog: \xff-no-such-command: command not found\n"
    with Path("/dev/full").open("wb") as full:
        assert run(tmp_path, [name], popen={"stderr": full}).code == 127


def test_standard_output_ends_for_its_reader_when_the_command_closes_it(
    tmp_path: Path,
) -> None:
    running = Captured(
        tmp_path, ["sh", "-c", "echo a; exec >&-; read x; exit 2"], popen={"stdin": -1}
    )
    assert running.process.stdout is not None
    assert running.process.stdout.read() == b"a\n"
    assert running.process.poll() is None
    running.process.stdin.close()  # type: ignore[union-attr]  # it is a pipe
    running.process.stdin = None
    assert running.wait().code == 2
