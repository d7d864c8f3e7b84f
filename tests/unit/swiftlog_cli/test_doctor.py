"""`swiftlog doctor`: each thing that is wrong is named, with what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from swiftlog_cli import canary_child, secrets_check
from swiftlog_core.events import STDERR, STDOUT
from swiftlog_core.stream.mask.canary import Canary, canaries
from tests.unit.swiftlog_cli.recording import MakeRun, Outcome, Swiftlog


def levels(result: Outcome) -> dict[str, str]:
    return {check["name"]: check["level"] for check in result.json}


def test_a_sound_machine_is_fine(swiftlog: Swiftlog) -> None:
    result = swiftlog("doctor", "--json")
    assert result.code == 0
    assert set(levels(result).values()) == {"ok"}
    assert "hyperscan" in levels(result)
    assert swiftlog("doctor").text.startswith("ok    version: swiftlog ")


def test_a_data_folder_that_cannot_be_is_named(
    swiftlog: Swiftlog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("SWIFTLOG_DATA_DIR", str(tmp_path / "file"))
    result = swiftlog("doctor", "--json")
    assert result.code == 69
    assert levels(result)["data"] == "fail"
    (check,) = [c for c in result.json if c["name"] == "data"]
    assert "SWIFTLOG_DATA_DIR" in check["advice"]


def test_a_token_that_others_can_read_is_warned_of(
    swiftlog: Swiftlog, tmp_path: Path
) -> None:
    swiftlog("config", "set", "group", "x")
    path = tmp_path / "home" / ".swiftlog" / "config.yaml"
    path.chmod(0o644)
    result = swiftlog("doctor", "--json")
    assert levels(result)["config"] == "warn"
    assert f"chmod 600 {path}" in result.text


def test_a_damaged_file_and_a_wrong_variable_are_found_and_not_the_end(
    swiftlog: Swiftlog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home" / ".swiftlog"
    home.mkdir()
    (home / "config.yaml").write_text("servr: x\n")
    monkeypatch.setenv("SWIFTLOG_TIMEOUT", "soon")
    result = swiftlog("doctor", "--json")
    texts = [c["text"] for c in result.json if c["name"] == "settings"]
    assert any("servr" in text for text in texts)
    assert any("SWIFTLOG_TIMEOUT" in text for text in texts)
    assert "runs" in levels(result)


def test_dead_and_damaged_runs_are_told(
    swiftlog: Swiftlog, make_run: MakeRun, data_dir: Path
) -> None:
    run_id = make_run([(STDOUT, 0, b"x\n")], None)
    (data_dir / "runs" / "damaged.slog").write_bytes(b"x" * 999)
    result = swiftlog("doctor", "--json")
    texts = [c["text"] for c in result.json if c["name"] == "run"]
    assert any(run_id in text for text in texts)
    assert any("damaged.slog" in text for text in texts)
    assert result.code == 0


def test_the_canary_child_prints_every_canary_at_every_cut(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    printed: dict[int, list[bytes]] = {1: [], 2: []}
    monkeypatch.setattr(
        canary_child, "_write", lambda fd, data: printed[fd].append(data)
    )
    monkeypatch.setattr("swiftlog_cli.canary_child.time.sleep", lambda _: None)
    assert canary_child.main() == canary_child.EXIT_CODE
    for fd in (1, 2):
        whole = b"".join(printed[fd])
        for canary in canaries():
            assert whole.count(canary.printed) >= len(canary.printed)


def test_a_canary_that_was_not_masked_is_found(
    swiftlog: Swiftlog,
    make_run: MakeRun,
    data_dir: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    canary = canaries()[0]
    run_id = make_run([(STDOUT, 0, b"a\n"), (STDERR, 1, canary.printed)], 3)
    path = data_dir / "runs" / f"{run_id}.slog"

    def sing(_config: object, _mode: str, folder: Path) -> object:
        (folder / "runs").mkdir()
        (folder / "runs" / path.name).write_bytes(path.read_bytes())
        return type("Done", (), {"returncode": canary_child.EXIT_CODE, "stderr": b""})

    monkeypatch.setattr(secrets_check, "_sing", sing)
    result = swiftlog("doctor", "--secrets", "--json")
    assert result.code == 65
    texts = [c["text"] for c in result.json if c["name"] == "secrets"]
    assert len(texts) == len(secrets_check.MODES)
    assert all(f"{canary.form} in the spool's text" in text for text in texts)


def test_a_whole_line_of_a_secret_counts_as_one() -> None:
    canary = Canary("x", b"", b"first line\nk7\nlast line")
    assert secrets_check.survives(canary, b"... last line ...")
    assert not secrets_check.survives(canary, b"k7")
