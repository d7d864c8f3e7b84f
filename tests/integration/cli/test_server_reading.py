"""Reading a server's runs: the same commands, the same answers as on spools."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from swiftlog_core.events import STDERR, STDOUT
from tests.integration.cli.conftest import Start
from tests.integration.serving import Recording, Served
from tests.unit.swiftlog_cli.recording import MakeRun, Swiftlog


@pytest.fixture
def run(served: Served) -> Recording:
    """A failed run whose lines are torn, of both streams, and not all UTF-8."""
    made = Recording(served.parts, served.admin, argv=("make", "check"))
    made.print((STDOUT, b"one\ntw"), (STDERR, b"warn\n"), (STDOUT, b"o\n"))
    made.print((STDERR, b"x.c:7:1: error: no semicolon\n"), (STDOUT, b"\xff\xfe\n"))
    made.out(b"last")
    made.close(2)
    return made


LINES = [b"one", b"two", b"warn", b"x.c:7:1: error: no semicolon", b"\xff\xfe", b"last"]


def test_runs_lists_the_servers_newest_first(
    swiftlog: Swiftlog, served: Served, run: Recording, make_run: MakeRun
) -> None:
    here = make_run([(STDOUT, 0, b"x\n")])
    newer = Recording(
        served.parts, served.admin, group="lint", started_ns=run.info.started_ns + 1
    )
    runs = swiftlog("runs", "--json").json
    assert [one["id"] for one in runs] == [newer.run_id, run.run_id]
    assert (runs[1]["status"], runs[1]["exit_code"]) == ("failed", 2)
    assert (runs[1]["delivered"], runs[0]["status"]) == (True, "running")
    assert runs[1]["argv"] == ["make", "check"]
    assert runs[1]["started_at"] == "2025-11-24T16:00:00.123Z"
    found = swiftlog("runs", "--json", "--group", "lint", "--status", "running").json
    assert [one["id"] for one in found] == [newer.run_id]
    assert [one["id"] for one in swiftlog("runs", "--json", "--local").json] == [here]


def test_more_runs_than_a_page_are_all_listed(
    swiftlog: Swiftlog, served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = [Recording(served.parts, served.admin).run_id for _ in range(7)]
    monkeypatch.setattr("swiftlog_cli.server_runlogs.PAGE", 3)
    runs = swiftlog("runs", "--json", "--limit", "5").json
    assert len(runs) == 5
    assert {one["id"] for one in swiftlog("runs", "--json").json} == set(made)


def test_show_finds_a_run_by_its_beginning_and_tells_its_receipt(
    swiftlog: Swiftlog, run: Recording
) -> None:
    shown = swiftlog("show", run.run_id[:-1], "--json").json
    assert shown["id"] == run.run_id
    assert shown["receipt"]["chain"] == run.position.chain.hex()
    assert "at x.c:7:1" in swiftlog("show", run.run_id).text


def test_raw_is_what_was_printed(swiftlog: Swiftlog, run: Recording) -> None:
    assert swiftlog("logs", run.run_id, "--raw").out == bytes(run.arrived)
    for name, stream in (("stdout", STDOUT), ("stderr", STDERR)):
        result = swiftlog("logs", run.run_id, "--raw", "--stream", name)
        assert result.out == bytes(run.printed[stream])


def test_lines_are_those_of_a_spool(swiftlog: Swiftlog, run: Recording) -> None:
    assert swiftlog("logs", run.run_id).out == b"\n".join(LINES) + b"\n"


@pytest.mark.parametrize(
    ("options", "numbers"),
    [
        (("--lines", "2-3"), [2, 3]),
        (("--tail", "2"), [5, 6]),
        (("--tail", "1", "--stream", "stderr"), [4]),
        (("--stream", "stderr"), [3, 4]),
        (("--grep", "ERROR", "-i"), [4]),
        (("--grep", "ERROR"), []),
        (("--grep", "wa.n", "-C", "1"), [2, 3, 4]),
        (("--grep", "one", "-C", "99"), [1, 2, 3, 4, 5, 6]),
    ],
)
def test_options_pick_the_same_lines(
    swiftlog: Swiftlog, run: Recording, options: tuple[str, ...], numbers: list[int]
) -> None:
    result = swiftlog("logs", run.run_id, "--json", *options)
    found = [json.loads(line) for line in result.out.splitlines()]
    assert [line["line"] for line in found] == numbers
    assert all(line["timestamp"].startswith("2025-11-24T16:00:00.") for line in found)


def test_failed_picks_the_lines_that_tell_why(
    swiftlog: Swiftlog, run: Recording
) -> None:
    result = swiftlog("logs", run.run_id, "--failed")
    assert b"x.c:7:1: error: no semicolon\n" in result.out


def test_a_gap_is_told_in_its_place(swiftlog: Swiftlog, served: Served) -> None:
    made = Recording(served.parts, served.admin)
    made.print((STDOUT, b"before\n"), gap=(STDOUT, 77))
    made.out(b"after\n")
    made.close()
    result = swiftlog("logs", made.run_id, "--json")
    kinds = [json.loads(line) for line in result.out.splitlines()]
    assert kinds[1] == {
        "gap": "stdout",
        "after_line": 1,
        "bytes": 77,
        "cause": "overrun",
    }
    result = swiftlog("logs", made.run_id)
    assert result.out == b"before\nafter\n"
    assert "77 bytes could not be kept" in result.err


def test_follow_prints_what_comes_until_the_run_ends(
    start: Start, served: Served
) -> None:
    made = Recording(served.parts, served.admin)
    made.out(b"first\n")
    process = start("logs", made.run_id, "-f")
    assert process.stdout is not None
    assert process.stdout.readline() == b"first\n"
    made.out(b"second\npart")
    assert process.stdout.readline() == b"second\n"
    assert b"".join(process.stdout.read(1) for _ in range(4)) == b"part"
    made.print((STDERR, b"between\n"), (STDOUT, b" and the rest\n"))
    made.close(3)
    out, err = process.communicate(timeout=60)
    assert out == b"between\n and the rest\n"
    assert (process.returncode, err) == (0, b"")


def test_follow_with_numbers_tells_whole_lines(start: Start, served: Served) -> None:
    made = Recording(served.parts, served.admin)
    for number in range(1, 6):
        made.out(b"line %d\n" % number)
    process = start("logs", made.run_id, "-f", "-n", "--tail", "2")
    assert process.stdout is not None
    assert process.stdout.readline() == b"     4 line 4\n"
    made.print((STDOUT, b"li"))
    made.print((STDOUT, b"ne 6\n"))
    made.close()
    out, _ = process.communicate(timeout=60)
    assert out == b"     5 line 5\n     6 line 6\n"


@pytest.mark.parametrize("quiet", [True, False])
def test_watch_exits_with_the_runs_code(
    start: Start, served: Served, quiet: bool
) -> None:
    made = Recording(served.parts, served.admin)
    process = start("watch", made.run_id, *(["--quiet"] if quiet else []))
    made.out(b"at work\n")
    made.close(42)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 42
    assert out == (b"" if quiet else b"at work\n")
    assert (b"exit 42" in err) is not quiet


def test_verify_proves_the_servers_frames(
    swiftlog: Swiftlog, served: Served, run: Recording
) -> None:
    result = swiftlog("verify", run.run_id)
    assert (result.code, result.text.splitlines()[-1]) == (0, "ok")
    with served.parts.database.write_connection() as connection:
        connection.exec_driver_sql("UPDATE log_frames SET digest = zeroblob(32)")
    result = swiftlog("verify", run.run_id)
    assert result.code == 65
    assert "frame 1" in result.err
    told = swiftlog("verify", run.run_id, "--json").json
    assert (told["ok"], told["frame"]) == (False, 1)


def test_a_run_without_a_receipt_cannot_be_verified(
    swiftlog: Swiftlog, served: Served
) -> None:
    made = Recording(served.parts, served.admin)
    assert swiftlog("verify", made.run_id).code == 64


def test_explain_reads_from_the_server(swiftlog: Swiftlog, run: Recording) -> None:
    assert swiftlog("explain", run.run_id, "--json-lines").json[0] == 4
    told = swiftlog("explain", run.run_id, "--json").json
    assert told["failed"]
    assert told["findings"][0]["file"] == "x.c"


def test_a_complete_spool_is_read_here_and_not_there(
    swiftlog: Swiftlog, served: Served, make_run: MakeRun
) -> None:
    here = make_run([(STDOUT, 0, b"local\n")])
    Recording(served.parts, served.admin, run_id=here).out(b"remote\n")
    assert swiftlog("logs", here).out == b"local\n"


def test_what_is_wrong_with_the_server_has_its_exit_code(
    swiftlog: Swiftlog, run: Recording, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert swiftlog("logs", "0197ffffffff").code == 66
    monkeypatch.setenv("SWIFTLOG_TOKEN", "swl_wrong")
    result = swiftlog("logs", run.run_id)
    assert (result.code, result.out) == (77, b"")
    monkeypatch.setenv("SWIFTLOG_URL", "http://127.0.0.1:1")
    result = swiftlog("runs")
    assert (result.code, result.out) == (69, b"")
    assert "swiftlog doctor" in result.err


def test_login_tries_the_token_and_keeps_both_addresses(
    swiftlog: Swiftlog,
    served: Served,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("SWIFTLOG_URL")
    monkeypatch.delenv("SWIFTLOG_TOKEN")
    wrong = swiftlog("login", served.url, "--token-stdin", stdin=b"swl_no\n")
    assert wrong.code == 77
    assert not (tmp_path / "home" / ".swiftlog").exists()
    token = served.token.encode() + b"\n"
    result = swiftlog("login", served.url, "--token-stdin", stdin=token)
    assert (result.code, result.err) == (0, "")
    assert "as admin" in result.text
    assert served.token not in result.text
    listed = swiftlog("config", "list", "--json").json
    assert listed["url"]["value"] == served.url
    assert listed["server"]["value"] == "127.0.0.1:50051"
    assert listed["token"] == {"value": "***", "source": "file"}
    assert swiftlog("runs", "--json").json == []


def test_login_wants_the_token_on_stdin(swiftlog: Swiftlog, served: Served) -> None:
    result = swiftlog("login", served.url)
    assert result.code == 64
    assert "--token-stdin" in result.err
    assert swiftlog("login", served.url, "--token-stdin", stdin=b"\n").code == 64


def test_doctor_tells_both_ways_apart(
    swiftlog: Swiftlog, served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SWIFTLOG_SERVER", "127.0.0.1:1")
    result = swiftlog("doctor", "--json")
    levels = {check["name"]: check["level"] for check in result.json}
    assert (levels["http"], levels["token"], levels["grpc"]) == ("ok", "ok", "fail")
    assert served.token not in result.text
    assert result.code == 69
