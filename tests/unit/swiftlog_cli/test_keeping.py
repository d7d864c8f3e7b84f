"""`sync`, `verify` and `prune`: what becomes of runs on this machine."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

import pytest

from swiftlog_core.events import STDERR, STDOUT
from swiftlog_core.library.locks import RunLock
from swiftlog_core.stream.spool import Spool
from tests.unit.swiftlog_cli.recording import MakeRun, Swiftlog

READS = [(STDOUT, 0, b"hello\nwor"), (STDERR, 1, b"oh\n"), (STDOUT, 2, b"ld\n")]


def spool_of(data_dir: Path, run_id: str) -> Path:
    return data_dir / "runs" / f"{run_id}.slog"


def test_a_whole_spool_verifies(swiftlog: Swiftlog, make_run: MakeRun) -> None:
    run_id = make_run(READS)
    result = swiftlog("verify", run_id)
    assert (result.code, result.text.splitlines()[-1]) == (0, "ok")
    told = swiftlog("verify", run_id, "--json").json
    assert told["ok"]
    assert told["receipt"]["lines"] == 3


@pytest.mark.parametrize(
    ("sql", "words"),
    [
        ("UPDATE frames SET digest = zeroblob(32)", "frame 1"),
        ("DELETE FROM frames", "frame 1"),
        ("UPDATE frames SET line_ends = line_ends + 1", "frame 1"),
    ],
)
def test_what_was_changed_is_named(
    swiftlog: Swiftlog, make_run: MakeRun, data_dir: Path, sql: str, words: str
) -> None:
    run_id = make_run(READS)
    with sqlite3.connect(spool_of(data_dir, run_id)) as db:
        db.execute(sql)
    db.close()
    result = swiftlog("verify", run_id)
    assert (result.code, result.out) == (65, b"")
    assert words in result.err
    told = swiftlog("verify", run_id, "--json")
    assert told.code == 65
    assert not told.json["ok"]
    assert told.json["frame"] == 1


def test_verifying_what_is_not_there_is_not_found(swiftlog: Swiftlog) -> None:
    assert swiftlog("verify", "0190aaaa").code == 66
    assert swiftlog("verify", "gone.slog").code == 66


def test_sync_without_a_server_gives_dead_runs_their_end(
    swiftlog: Swiftlog, make_run: MakeRun
) -> None:
    run_id = make_run(READS, None)
    result = swiftlog("sync")
    assert result.code == 0
    assert result.text.startswith(f"{run_id}  sealed")
    assert "no server is set" in result.err
    shown = swiftlog("show", run_id, "--json").json
    assert (shown["status"], shown["receipt"]["lines"]) == ("lost", 3)
    assert swiftlog("verify", run_id).code == 0


def test_sync_leaves_a_living_run_alone(
    swiftlog: Swiftlog, make_run: MakeRun, data_dir: Path
) -> None:
    run_id = make_run(READS, None)
    with RunLock.take(spool_of(data_dir, run_id)):
        (told,) = swiftlog("sync", "--json").json
        assert (told["outcome"], told["id"]) == ("busy", run_id)
        assert swiftlog("show", run_id, "--json").json["status"] == "running"
        assert swiftlog("sync", run_id).code == 75


def test_sync_to_nobody_is_75_and_keeps_the_run(
    swiftlog: Swiftlog,
    make_run: MakeRun,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run_id = make_run(READS)
    monkeypatch.setenv("SWIFTLOG_SERVER", "127.0.0.1:1")
    from swiftlog_core.library import sync
    from swiftlog_core.transport.delivery import Pace

    monkeypatch.setattr(
        sync.Sync.__init__,
        "__kwdefaults__",
        {
            "pace": Pace(reach=0.3, stall=0.3),
            "stop": None,
        },
    )
    result = swiftlog("sync", "--json")
    assert result.code == 75
    assert [one["outcome"] for one in result.json] == ["failed"]
    assert swiftlog("show", run_id, "--local", "--json").json["delivered"] is False


def test_prune_deletes_delivered_runs_only(
    swiftlog: Swiftlog, make_run: MakeRun, data_dir: Path
) -> None:
    kept, old = make_run(READS), make_run(READS)
    with Spool.write(spool_of(data_dir, old)) as spool:
        spool.set_acknowledged("srv", "http://x/runs/1")
    os.utime(spool_of(data_dir, old), (1, 1))
    told = swiftlog("prune", "--dry-run", "--json").json
    assert (told["removed"], told["dry_run"]) == ([old], True)
    assert spool_of(data_dir, old).exists()
    assert swiftlog("prune").text == f"{old}\n"
    assert not spool_of(data_dir, old).exists()
    assert spool_of(data_dir, kept).exists()


def test_prune_all_delivered_does_not_mind_their_age(
    swiftlog: Swiftlog, make_run: MakeRun, data_dir: Path
) -> None:
    run_id = make_run(READS)
    with Spool.write(spool_of(data_dir, run_id)) as spool:
        spool.set_acknowledged("srv", "http://x/runs/1")
    assert swiftlog("prune", "--json").json["removed"] == []
    assert swiftlog("prune", "--all-delivered", "--json").json["removed"] == [run_id]


def test_prune_of_undelivered_runs_has_to_be_asked_for(
    swiftlog: Swiftlog, make_run: MakeRun, data_dir: Path
) -> None:
    old, new = make_run(READS), make_run(READS)
    os.utime(spool_of(data_dir, old), (1, 1))
    assert swiftlog("prune", "--json").json["removed"] == []
    assert swiftlog("prune", "--undelivered", "--json").json["removed"] == [old]
    assert spool_of(data_dir, new).exists()
