"""`swiftlog logs`: exact bytes, picked lines, and nothing that a terminal obeys."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from swiftlog_core.events import STDERR, STDOUT
from tests.unit.swiftlog_cli.recording import MS, MakeRun, Swiftlog

READS = [
    (STDOUT, 0, b"one\ntw"),
    (STDERR, 5 * MS, b"warn\n"),
    (STDOUT, 10 * MS, b"o\n\xff\xfe bytes\n"),
    (STDOUT, 20 * MS, b"five"),
]
STDOUT_BYTES = b"one\ntwo\n\xff\xfe bytes\nfive"


@pytest.fixture
def run_id(make_run: MakeRun) -> str:
    return make_run(READS, 1)


def test_raw_of_one_stream_is_exactly_what_was_printed_there(
    swiftlog: Swiftlog, run_id: str
) -> None:
    assert swiftlog("logs", run_id, "--raw", "--stream", "stdout").out == STDOUT_BYTES
    assert swiftlog("logs", run_id, "--raw", "--stream", "stderr").out == b"warn\n"


def test_raw_of_both_streams_keeps_the_order_of_arrival(
    swiftlog: Swiftlog, run_id: str
) -> None:
    arrived = b"one\ntwwarn\no\n\xff\xfe bytes\nfive"
    assert swiftlog("logs", run_id, "--raw").out == arrived


def test_lines_come_whole_and_in_order(swiftlog: Swiftlog, run_id: str) -> None:
    result = swiftlog("logs", run_id)
    assert result.out == b"one\ntwo\nwarn\n\xff\xfe bytes\nfive\n"
    assert (result.code, result.err) == (0, "")


@pytest.mark.parametrize(
    ("options", "numbers"),
    [
        ((), [1, 2, 3, 4, 5]),
        (("--lines", "2-3"), [2, 3]),
        (("--lines", "4-"), [4, 5]),
        (("--lines", "-2"), [1, 2]),
        (("--lines", "3"), [3]),
        (("--tail", "2"), [4, 5]),
        (("--tail", "0"), []),
        (("--tail", "99"), [1, 2, 3, 4, 5]),
        (("--tail", "1", "--stream", "stderr"), [3]),
        (("--stream", "stderr"), [3]),
        (("--grep", "O", "-i"), [1, 2]),
        (("--grep", "w"), [2, 3]),
        (("--grep", "warn", "-C", "1"), [2, 3, 4]),
        (("--grep", "o", "--tail", "1"), [2]),
        (("--grep", "absent"), []),
    ],
)
def test_options_pick_lines(
    swiftlog: Swiftlog, run_id: str, options: tuple[str, ...], numbers: list[int]
) -> None:
    result = swiftlog("logs", run_id, "--json", *options)
    found = [json.loads(line)["line"] for line in result.out.splitlines()]
    assert (found, result.code) == (numbers, 0)


def test_json_lines_carry_time_stream_and_exact_bytes(
    swiftlog: Swiftlog, run_id: str
) -> None:
    result = swiftlog("logs", run_id, "--json", "--lines", "3-4")
    warn, odd = map(json.loads, result.out.splitlines())
    assert warn == {
        "line": 3,
        "stream": "stderr",
        "t_ns": 5 * MS,
        "timestamp": "2025-10-09T08:53:21.005000000Z",
        "content": "warn",
        "more": False,
    }
    assert odd["base64"] == "//4gYnl0ZXM="


def test_places_apart_are_separated(swiftlog: Swiftlog, make_run: MakeRun) -> None:
    run_id = make_run([(STDOUT, 0, b"x\na\nb\nc\nd\nx\n")])
    result = swiftlog("logs", run_id, "--grep", "x", "-C", "1")
    assert result.out == b"x\na\n--\nd\nx\n"


def test_times_and_numbers_stand_before_lines(swiftlog: Swiftlog, run_id: str) -> None:
    result = swiftlog("logs", run_id, "-t", "--elapsed", "-n", "--lines", "3")
    assert result.out == b"     3 2025-10-09T08:53:21.005Z     0.005 warn\n"


def test_failed_shows_the_lines_that_tell_why(
    swiftlog: Swiftlog, make_run: MakeRun
) -> None:
    noise = b"".join(b"compiling part %d\n" % i for i in range(500))
    run_id = make_run([(STDOUT, 0, noise + b"main.c:3:5: error: x undeclared\n")], 1)
    result = swiftlog("logs", run_id, "--failed", "-n")
    assert b"501 main.c:3:5: error" in result.out
    assert result.out.count(b"\n") < 80


def test_failed_of_a_run_that_passed_says_so(
    swiftlog: Swiftlog, make_run: MakeRun
) -> None:
    make_run([(STDOUT, 0, b"fine\n")])
    result = swiftlog("logs", "last", "--failed")
    assert (result.code, result.out) == (0, b"")
    assert "nothing says that this run failed" in result.err


@pytest.mark.parametrize(
    "options",
    [
        ("--raw", "--json"),
        ("--raw", "--tail", "1"),
        ("--follow", "--lines", "1-2"),
        ("--lines", "0"),
        ("--lines", "9-2"),
        ("--lines", "x"),
        ("--grep", "("),
        ("--stream", "both"),
    ],
)
def test_options_that_cannot_be_are_wrong_usage(
    swiftlog: Swiftlog, run_id: str, options: tuple[str, ...]
) -> None:
    result = swiftlog("logs", run_id, *options)
    assert (result.code, result.out) == (64, b"")
    assert result.err.startswith("swiftlog: error: ")


def test_an_unknown_run_is_not_found(swiftlog: Swiftlog) -> None:
    result = swiftlog("logs", "0190")
    assert result.code == 66
    assert "`swiftlog runs` lists the runs" in result.err


def test_a_beginning_that_fits_several_runs_asks_for_more(
    swiftlog: Swiftlog, make_run: MakeRun
) -> None:
    first = make_run(READS)
    make_run(READS)
    result = swiftlog("logs", first[:4])
    assert result.code == 64
    assert "fits 2 runs" in result.err


def test_a_file_is_read_where_it_lies(
    swiftlog: Swiftlog, run_id: str, data_dir: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "copy.slog"
    (data_dir / "runs" / f"{run_id}.slog").rename(copy)
    assert swiftlog("logs", str(copy), "--lines", "1").out == b"one\n"


def test_a_file_that_is_no_spool_is_damaged_data(
    swiftlog: Swiftlog, tmp_path: Path
) -> None:
    path = tmp_path / "notes.slog"
    path.write_bytes(b"not a database" * 100)
    result = swiftlog("logs", str(path))
    assert (result.code, result.out) == (65, b"")
    assert str(path) in result.err


def test_a_text_file_is_no_spool_and_explain_is_named(
    swiftlog: Swiftlog, tmp_path: Path
) -> None:
    path = tmp_path / "build.log"
    path.write_text("make: *** Error 1\n")
    result = swiftlog("logs", str(path))
    assert (result.code, result.out) == (65, b"")
    assert f"`swiftlog explain {path}` reads any log" in result.err


def test_a_damaged_spool_is_printed_up_to_the_damage(
    swiftlog: Swiftlog, make_run: MakeRun, data_dir: Path
) -> None:
    lines = [b"%07d %s\n" % (i, b"x" * 90) for i in range(9000)]
    run_id = make_run([(STDOUT, 0, b"".join(lines))])
    path = data_dir / "runs" / f"{run_id}.slog"
    import sqlite3

    with sqlite3.connect(path) as db:
        db.execute("UPDATE frames SET payload = zeroblob(100) WHERE seq = 3")
    db.close()
    result = swiftlog("logs", run_id)
    assert result.code == 65
    assert "frame 3" in result.err
    good = result.out.count(b"\n")
    assert good > 4000
    assert result.out == b"".join(lines[:good])
