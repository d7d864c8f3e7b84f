"""`swiftlog runs` and `swiftlog show`: what scripts and people are told."""

from __future__ import annotations

from pathlib import Path

from swiftlog_core.events import STDERR, STDOUT
from tests.unit.swiftlog_cli.recording import MakeRun, Swiftlog

READS = [(STDOUT, 0, b"hello\n"), (STDERR, 1, b"oh\n")]


def test_json_lists_the_newest_run_first(swiftlog: Swiftlog, make_run: MakeRun) -> None:
    old, new = make_run(READS), make_run(READS, 3)
    runs = swiftlog("runs", "--json").json
    assert [run["id"] for run in runs] == [new, old]
    first = runs[0]
    assert (first["status"], first["exit_code"]) == ("failed", 3)
    assert first["argv"] == ["make", "test"]
    assert first["started_at"] == "2025-10-09T08:53:22.000Z"
    assert first["duration_seconds"] == 2.5
    assert (first["lines"], first["bytes"]) == (2, 9)
    assert (first["delivered"], first["url"]) == (False, "")
    assert (first["project"], first["group"]) == ("acme/shop", "make test")


def test_no_runs_are_an_empty_list_and_a_remark(swiftlog: Swiftlog) -> None:
    assert swiftlog("runs", "--json").json == []
    result = swiftlog("runs")
    assert (result.code, result.out) == (0, b"")
    assert "swiftlog run -- CMD" in result.err


def test_filters_and_limit_pick_runs(swiftlog: Swiftlog, make_run: MakeRun) -> None:
    good = make_run(READS, 0, project="a")
    bad = make_run(READS, 1, group="g")
    gone = make_run(READS, None)

    def ids(*options: str) -> list[str]:
        return [run["id"] for run in swiftlog("runs", "--json", *options).json]

    assert ids("--status", "failed") == [bad]
    assert ids("--status", "lost") == [gone]
    assert ids("--project", "a") == [good]
    assert ids("--group", "g") == [bad]
    assert ids("--limit", "2") == [gone, bad]


def test_piped_lists_are_plain_and_tab_separated(
    swiftlog: Swiftlog, make_run: MakeRun
) -> None:
    make_run(READS, 2, argv=("sh", "-c", "echo \x1b]0;x\x07"))
    head, row = swiftlog("runs").text.splitlines()
    assert head.startswith("RUN\tSTATUS\tEXIT\t")
    assert row.split("\t")[1:3] == ["failed", "2"]
    assert "\x1b" not in row


def test_a_damaged_spool_is_named_and_the_others_are_listed(
    swiftlog: Swiftlog, make_run: MakeRun, data_dir: Path
) -> None:
    run_id = make_run(READS)
    (data_dir / "runs" / "broken.slog").write_bytes(b"x" * 5000)
    result = swiftlog("runs", "--json")
    assert [run["id"] for run in result.json] == [run_id]
    assert "broken.slog" in result.err


def test_show_tells_the_receipt(swiftlog: Swiftlog, make_run: MakeRun) -> None:
    run_id = make_run(READS, 0, meta={"os": "linux"})
    shown = swiftlog("show", run_id, "--json").json
    assert shown["id"] == run_id
    assert shown["receipt"]["size"] == 9
    assert len(shown["receipt"]["chain"]) == 64
    assert shown["meta"] == {"os": "linux"}
    text = swiftlog("show", "last").text
    assert "status         success (exit 0)" in text
    assert "os=linux" in text


def test_show_of_a_failed_run_ends_with_its_card(
    swiftlog: Swiftlog, make_run: MakeRun
) -> None:
    make_run([(STDOUT, 0, b"ok\nmain.c:3:5: error: 'x' undeclared\n")], 1)
    text = swiftlog("show", "last").text
    assert "at main.c:3:5" in text
    assert "> 2  main.c:3:5: error: 'x' undeclared" in text


def test_show_of_a_run_whose_recorder_died_says_lost(
    swiftlog: Swiftlog, make_run: MakeRun
) -> None:
    make_run(READS, None)
    shown = swiftlog("show", "last", "--json").json
    assert (shown["status"], shown["exit_code"], shown["receipt"]) == (
        "lost",
        None,
        None,
    )
    assert shown["lines"] == 2
