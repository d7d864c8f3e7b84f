"""`swiftlog run` as its user has it: the real command, its spool, its words."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from swiftlog_core.errors import SpoolCorruptError
from swiftlog_core.events import STDERR, STDOUT
from swiftlog_core.library.verify import verify_spool
from swiftlog_core.stream.layout import decode
from swiftlog_core.stream.lines import Piece, pieces
from swiftlog_core.stream.spool import Spool

SWIFTLOG = Path(sys.executable).with_name("swiftlog")


class Ran(NamedTuple):
    code: int
    out: bytes
    err: bytes


class Place:
    """A machine of its own: an empty home and data folder."""

    def __init__(self, folder: Path) -> None:
        self.data = folder / "data"
        self.environ = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder / "home"),
            "TMPDIR": str(folder),
            "SWIFTLOG_DATA_DIR": str(self.data),
        }
        (folder / "home").mkdir()

    def command(self, *words: str) -> list[str]:
        return [str(SWIFTLOG), *words]

    def run(self, *words: str, stdin: bytes = b"", **environ: str) -> Ran:
        done = subprocess.run(
            self.command("run", *words),
            input=stdin,
            capture_output=True,
            env={**self.environ, **environ},
            timeout=60,
            check=False,
        )
        return Ran(done.returncode, done.stdout, done.stderr)

    def spool(self) -> Path:
        (path,) = (self.data / "runs").glob("*.slog")
        return path


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def text_of(path: Path, stream: int) -> bytes:
    with Spool.read(path) as spool:
        return b"".join(
            piece.data
            for frame in spool.frames()
            for piece in pieces(frame.first_line, decode(frame))
            if isinstance(piece, Piece) and piece.stream == stream
        )


def wait_for(condition: Callable[[], object], seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)


PRINTER = """
import sys
out, err = sys.stdout.buffer, sys.stderr.buffer
for n in range(%d):
    (err if n %% 3 else out).write(b"line %%d \\xff\\x00\\n" %% n)
out.write(b"no end")
"""


def test_every_byte_of_both_streams_is_kept_and_passed_on(place: Place) -> None:
    ran = place.run("--quiet", "--", sys.executable, "-c", PRINTER % 5000)
    assert ran.code == 0
    assert ran.out.endswith(b"no end")
    assert text_of(place.spool(), STDOUT) == ran.out
    assert text_of(place.spool(), STDERR) == ran.err
    with Spool.read(place.spool()) as spool:
        closing = spool.closing
        assert closing is not None
        assert closing.exit.status == "success"
        assert closing.receipt.lines == 5001
        assert closing.receipt.gaps == 0
    assert [path.name for path in place.spool().parent.iterdir()] == [
        place.spool().name
    ]


def test_it_says_one_line_at_the_start_and_one_at_the_end(place: Place) -> None:
    ran = place.run("--", "echo", "hi")
    assert ran.out == b"hi\n"
    first, last = ran.err.decode().splitlines()
    run_id = place.spool().stem
    assert first == f"swiftlog: run {run_id}"
    assert last.endswith(f"· 1 line · swiftlog show {run_id}")


def test_a_failure_is_followed_by_its_cause(place: Place) -> None:
    script = "print('ok');  import sys; sys.exit('ValueError: no such shop')"
    ran = place.run("--", sys.executable, "-c", script)
    assert ran.code == 1
    assert "no such shop" in ran.err.decode().split("╭")[1]


@pytest.mark.parametrize("words", [(), ("--quiet",)])
def test_what_cannot_be_found_gives_127(place: Place, words: tuple[str, ...]) -> None:
    ran = place.run(*words, "--", "no-such-command-here")
    assert ran.code == 127
    with Spool.read(place.spool()) as spool:
        assert spool.closing is not None
        assert spool.closing.exit.cause == "not_found"


def test_secrets_of_the_environment_reach_neither_spool_nor_title(place: Place) -> None:
    secret = "hunter2-hunter3-hunter4"
    ran = place.run(
        *(
            "--meta",
            f"note={secret}",
            "--",
            "sh",
            "-c",
            f"echo {secret}; echo ${{#MY_TOKEN}}",
        ),
        MY_TOKEN=secret,
    )
    assert secret.encode() in ran.out  # the terminal shows what was printed
    assert b"***MY_TOKEN***" in text_of(place.spool(), STDOUT)
    with Spool.read(place.spool()) as spool:
        assert secret not in repr(spool.info)
    assert secret.encode() not in place.spool().read_bytes()


def test_a_value_added_while_running_is_masked_from_then_on(place: Place) -> None:
    value = "s3cr3t-value-of-now"
    add = f"{SWIFTLOG} mask add --name DB_PASSWORD"
    script = f"printf %s {value} | {add} >&2 && echo {value}"
    ran = place.run("--quiet", "--", "sh", "-c", script)
    assert ran.code == 0, ran.err
    assert text_of(place.spool(), STDOUT) == b"***DB_PASSWORD***\n"


def test_the_child_knows_its_run_and_a_nested_run_its_parent(place: Place) -> None:
    ran = place.run(
        "--", "sh", "-c", f'echo "$SWIFTLOG_RUN_ID"; {SWIFTLOG} run -- true'
    )
    outer = ran.out.decode().strip()
    parents = {}
    for path in (place.data / "runs").glob("*.slog"):
        with Spool.read(path) as spool:
            parents[path.stem] = spool.info.parent_run_id
    assert parents.pop(outer) == ""
    assert list(parents.values()) == [outer]


@pytest.mark.parametrize("where", ["no_home", "read_only"])
def test_a_place_that_takes_nothing_changes_nothing_for_the_command(
    place: Place, where: str
) -> None:
    environ = dict(place.environ)
    if where == "no_home":
        environ = {"PATH": environ["PATH"], "TMPDIR": environ["TMPDIR"]}
    else:
        environ["SWIFTLOG_DATA_DIR"] = "/proc/nothing/here"
    done = subprocess.run(
        place.command("run", "--", "sh", "-c", "echo hi; exit 5"),
        env=environ,
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout) == (5, b"hi\n")
    if where == "read_only":
        assert b"not recorded" in done.stderr
        assert b"SWIFTLOG_DATA_DIR" in done.stderr


def test_a_folder_that_takes_no_whole_spool_is_left_as_it_was(place: Place) -> None:
    home = Path(place.environ["HOME"])
    environ = {**place.environ, "XDG_DATA_HOME": str(home)}
    del environ["SWIFTLOG_DATA_DIR"]
    runs = home / "swiftlog" / "runs"
    done = subprocess.run(
        # The rest of the folders that are tried is as full: none of them keeps it.
        ["sh", "-c", 'ulimit -f 4; exec "$@"', "sh", *place.command("run", "true")],
        env=environ,
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0
    assert runs.is_dir()
    assert not list(runs.iterdir())


def test_a_killed_pump_leaves_a_lost_run_with_all_that_was_printed(
    place: Place,
) -> None:
    script = "echo before; sleep 60"
    process = subprocess.Popen(
        place.command("run", "--quiet", "--", "sh", "-c", script),
        env=place.environ,
        stdout=subprocess.PIPE,
        start_new_session=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"before\n"
    wait_for(lambda: list((place.data / "runs").glob("*.slog")))
    process.kill()
    process.wait()
    process.stdout.close()
    wait_for(lambda: not place.spool().with_suffix(".lock").exists())
    os.killpg(process.pid, signal.SIGKILL) if _has_group(process.pid) else None
    with Spool.read(place.spool()) as spool:
        assert spool.closing is not None
        assert spool.closing.exit.status == "lost"
        assert spool.closing.exit.exit_code is None
        assert spool.closing.exit.cause == "wrapper_killed"
    assert text_of(place.spool(), STDOUT) == b"before\n"


def _has_group(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_server_that_must_answer_and_does_not_keeps_the_command_from_starting(
    place: Place,
) -> None:
    ran = place.run(
        *("--require-server", "--server", "127.0.0.1:9", "--", "touch", "started"),
    )
    assert ran.code == 69
    assert b"not started" in ran.err
    assert not (place.data / "runs").exists()


def test_an_absent_server_costs_a_word_and_not_the_run(place: Place) -> None:
    ran = place.run("--server", "127.0.0.1:9", "--", "echo", "hi")
    assert (ran.code, ran.out) == (0, b"hi\n")
    assert b"not delivered" in ran.err
    strict = place.run("--strict-upload", "--server", "127.0.0.1:9", "--", "true")
    assert strict.code == 75


def test_a_wrong_setting_is_named_and_nothing_is_run(place: Place) -> None:
    ran = place.run("--timeout", "soon", "--", "echo", "hi")
    assert (ran.code, ran.out) == (64, b"")
    assert b"--timeout" in ran.err


def test_runs_are_listed_for_scripts(place: Place) -> None:
    place.run("--quiet", "--", "sh", "-c", "exit 4")
    done = subprocess.run(
        place.command("runs", "--json"),
        env=place.environ,
        capture_output=True,
        check=True,
        timeout=60,
    )
    (item,) = json.loads(done.stdout)
    assert item["id"] == place.spool().stem
    assert (item["status"], item["exit_code"]) == ("failed", 4)


def test_a_pipeline_is_recorded_and_passed_on(place: Place) -> None:
    done = subprocess.run(
        place.command("pipe"),
        input=b"one\ntwo\n",
        env=place.environ,
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, b"one\ntwo\n")
    assert text_of(place.spool(), STDOUT) == b"one\ntwo\n"
    with Spool.read(place.spool()) as spool:
        assert spool.info.argv == ("swiftlog", "pipe")


KILLER = """
import os, signal, sqlite3, time
run = os.environ["SWIFTLOG_RUN_ID"]
def recorder():
    for pid in filter(str.isdigit, os.listdir("/proc")):
        folder = f"/proc/{pid}/fd"
        try:
            links = [os.readlink(f"{folder}/{fd}") for fd in os.listdir(folder)]
        except OSError:
            continue
        for link in links:
            if link.endswith(f"{run}.slog"):
                return int(pid), link
    return 0, ""
def raw(path):
    try:
        with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as spool:
            return spool.execute("SELECT value FROM spool WHERE key = 'raw'").fetchone()
    except sqlite3.OperationalError:
        return None  # it is just being made
os.write(1, b"whole\\nhalf")
while not (pid := recorder()[0]) or not raw(recorder()[1]):
    time.sleep(0.01)
os.kill(pid, signal.SIGKILL)
while recorder()[0] in (0, pid):
    time.sleep(0.01)
os.write(1, b"rest\\n")
"""


def test_what_a_killed_recorder_took_along_is_a_gap_of_that_size(place: Place) -> None:
    if not Path("/proc/self/fd").is_dir():
        pytest.skip("the recorder is found in /proc")
    ran = place.run("--", sys.executable, "-c", KILLER)
    assert (ran.code, ran.out) == (0, b"whole\nhalfrest\n")
    kept = text_of(place.spool(), STDOUT)
    assert kept.startswith(b"whole\n")
    assert kept.endswith(b"rest\n")
    with Spool.read(place.spool()) as spool:
        receipt = verify_spool(spool)
    assert len(kept) + receipt.gap_bytes == len(ran.out)


def _printed_so_far(path: Path) -> bytes:
    try:
        return text_of(path, STDOUT)
    except SpoolCorruptError:
        return b""  # it is only being made


def test_a_reader_at_the_end_costs_neither_the_record_nor_the_last_word(
    place: Place,
) -> None:
    with subprocess.Popen(
        place.command("run", "--", "sh", "-c", "echo hello; read x"),
        env=place.environ,
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        wait_for(lambda: list((place.data / "runs").glob("*.slog")))
        wait_for(lambda: _printed_so_far(place.spool()))
        with Spool.read(place.spool()) as reader:
            assert list(reader.frames())
            _, words = process.communicate(b"\n", timeout=60)
    assert process.returncode == 0
    assert b"1 line" in words
    assert b"failed" not in words


def test_a_long_secret_in_the_command_is_not_cut_out_of_its_mask(place: Place) -> None:
    secret = "".join(f"{number:x}Zq" for number in range(100, 200))
    assert place.run("--", "true", secret, DEPLOY_TOKEN=secret).code == 0
    with Spool.read(place.spool()) as spool:
        assert spool.info.group == "true ***DEPLOY_TOKEN***"


def _catches(pid: int, number: int) -> bool:
    """Tell whether the process has a handler for a signal: for what it waits."""
    status = Path(f"/proc/{pid}/status").read_text()
    caught = int(status.partition("SigCgt:")[2].split()[0], 16)
    return bool(caught >> number - 1 & 1)


def test_two_requests_to_stop_at_once_end_only_the_wait_for_the_recorder(
    place: Place,
) -> None:
    if not Path("/proc/self/fd").is_dir():
        pytest.skip("the recorder is found in /proc")
    stopper = KILLER.partition("os.write")[0] + (
        "while not (pid := recorder()[0]): time.sleep(0.01)\n"
        "os.kill(pid, signal.SIGSTOP); print(pid)"
    )
    with subprocess.Popen(
        place.command("run", "--", sys.executable, "-c", stopper),
        env=place.environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        recorder = int(process.stdout.read())
        wait_for(lambda: _catches(process.pid, signal.SIGALRM))
        process.send_signal(signal.SIGINT)
        process.send_signal(signal.SIGTERM)
        _, words = process.communicate(timeout=60)
        os.kill(recorder, signal.SIGCONT)
    assert process.returncode == 0
    assert b"the recorder goes on by itself" in words
    assert b"not recorded" not in words


@pytest.mark.parametrize("stderr", ["2>/dev/full", "2>&-"])
def test_a_wrong_variable_keeps_no_command_from_being_run(
    place: Place, stderr: str
) -> None:
    done = subprocess.run(
        f"{SWIFTLOG} run -- echo ran {stderr}",
        shell=True,
        env={**place.environ, "SWIFTLOG_PTY": "wrong"},
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, b"ran\n")


def test_quiet_passes_over_a_wrong_variable_in_silence(place: Place) -> None:
    assert place.run("--quiet", "--", "true", SWIFTLOG_PTY="wrong").err == b""


@pytest.mark.parametrize(("flag", "tty"), [("--pty=auto", True), ("--merge", False)])
def test_the_record_says_whether_the_command_had_a_terminal(
    place: Place, flag: str, tty: bool
) -> None:
    master, slave = os.openpty()
    words = place.command("run", flag, "--", "sh", "-c", "test -t 2")
    done = subprocess.run(
        words,
        env=place.environ,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=slave,
        timeout=60,
        check=False,
    )
    os.close(slave)
    os.close(master)
    with Spool.read(place.spool()) as spool:
        assert (spool.info.tty, done.returncode) == (tty, 0 if tty else 1)


STALLER = KILLER.partition("os.write")[0] + (
    "while not (pid := recorder()[0]): time.sleep(0.01)\n"
    "os.kill(pid, signal.SIGSTOP); os.write(2, b'%d\\n' % pid)\n"
)


def test_a_recorder_that_stalls_at_the_end_still_learns_the_exit_and_what_it_misses(
    place: Place,
) -> None:
    if not Path("/proc/self/fd").is_dir():
        pytest.skip("the recorder is found in /proc")
    script = STALLER + "for _ in range(40): os.write(1, b'x' * 99_999 + b'\\n')\n"
    with subprocess.Popen(
        place.command("run", "--", sys.executable, "-c", script),
        env=place.environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stderr.readline()
        recorder = int(process.stderr.readline())
        printed = len(process.stdout.read(4_000_000))
        wait_for(lambda: _catches(process.pid, signal.SIGALRM))
        os.kill(recorder, signal.SIGCONT)
        process.communicate(timeout=60)
    assert process.returncode == 0
    with Spool.read(place.spool()) as spool:
        receipt = verify_spool(spool)
        assert spool.closing is not None
        assert spool.closing.exit.status == "success"
    assert receipt.gaps >= 1
    kept = len(text_of(place.spool(), STDOUT))
    assert kept + receipt.gap_bytes == printed == 4_000_000


def test_a_recorder_killed_after_the_end_is_followed_by_one_that_closes_the_run(
    place: Place,
) -> None:
    if not Path("/proc/self/fd").is_dir():
        pytest.skip("the recorder is found in /proc")
    script = STALLER + "os.write(1, b'last\\n'); os._exit(3)\n"
    with subprocess.Popen(
        place.command("run", "--", sys.executable, "-c", script),
        env=place.environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stderr is not None
        process.stderr.readline()
        pid_line = process.stderr.readline()
        wait_for(lambda: _catches(process.pid, signal.SIGALRM))
        os.kill(int(pid_line), signal.SIGKILL)
        out, words = process.communicate(timeout=60)
    assert (process.returncode, out) == (3, b"last\n")
    assert b"swiftlog show" in words
    with Spool.read(place.spool()) as spool:
        receipt = verify_spool(spool)
        assert spool.closing is not None
        assert (spool.closing.exit.status, spool.closing.exit.exit_code) == (
            "failed",
            3,
        )
    kept = text_of(place.spool(), STDOUT) + text_of(place.spool(), STDERR)
    assert len(kept) + receipt.gap_bytes == len(out) + len(pid_line)


def test_no_request_to_end_changes_the_exit_code_once_the_command_has_ended(
    place: Place,
) -> None:
    with subprocess.Popen(
        place.command("run", "--", "sh", "-c", "echo $$; exit 3"),
        env=place.environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as process:
        assert process.stdout is not None
        command = int(process.stdout.readline())
        wait_for(lambda: not _exists(command))  # reaped: its end is known
        numbers = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
        while process.poll() is None:
            for number in numbers:
                process.send_signal(number)
    assert process.returncode == 3


def _exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_hangup_that_our_parent_ignores_does_not_end_the_wait_for_the_record(
    place: Place,
) -> None:
    if not Path("/proc/self/fd").is_dir():
        pytest.skip("the recorder is found in /proc")
    words = place.command("run", "--", sys.executable, "-c", STALLER)
    with subprocess.Popen(
        ["sh", "-c", 'trap "" HUP; exec "$@"', "sh", *words],
        env=place.environ,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stderr is not None
        process.stderr.readline()
        recorder = int(process.stderr.readline())
        wait_for(lambda: _catches(process.pid, signal.SIGALRM))
        process.send_signal(signal.SIGHUP)
        os.kill(recorder, signal.SIGCONT)
        _, said = process.communicate(timeout=60)
    assert process.returncode == 0
    assert b"goes on by itself" not in said
