"""Fixtures for tests of the command: a home of its own, spools in it, calls of it."""

from __future__ import annotations

import io
import os
import sys
from typing import TYPE_CHECKING

import pytest

from swiftlog_cli.main import main
from swiftlog_core.events import FAILED, SUCCESS, ExitStatus, RunInfo
from tests.unit.swiftlog_cli.recording import (
    STARTED_NS,
    MakeRun,
    Outcome,
    Reads,
    Swiftlog,
    new_run_id,
    record,
)

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make this test's own home and data folder; no setting of the machine counts."""
    for name in [n for n in os.environ if n.startswith("SWIFTLOG_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    (tmp_path / "home").mkdir()
    monkeypatch.setenv("SWIFTLOG_DATA_DIR", str(tmp_path / "data"))
    (tmp_path / "data" / "runs").mkdir(parents=True)
    return tmp_path / "data"


@pytest.fixture
def make_run(data_dir: Path) -> MakeRun:
    made = 0

    def make(reads: Reads, exit_code: int | None = 0, **info: object) -> str:
        nonlocal made
        made += 1
        run_id = new_run_id(made)
        known = {
            "project": "acme/shop",
            "group": "make test",
            "argv": ("make", "test"),
            "cwd": "/src",
            "started_ns": STARTED_NS + made * 1_000_000_000,
            "host": "box",
            **info,
        }
        status = None
        if exit_code is not None:
            word = FAILED if exit_code else SUCCESS
            status = ExitStatus(word, exit_code, duration_ns=2_500_000_000)
        path = data_dir / "runs" / f"{run_id}.slog"
        record(path, RunInfo(run_id=run_id, **known), reads, status)  # type: ignore[arg-type] # tests give the fields' types
        return run_id

    return make


@pytest.fixture
def swiftlog(
    data_dir: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsysbinary: pytest.CaptureFixture[bytes],
) -> Swiftlog:
    assert data_dir.is_dir()

    def call(*arguments: str, stdin: bytes = b"") -> Outcome:
        monkeypatch.setattr(sys, "argv", ["swiftlog", *arguments])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        code = main()
        out, err = capsysbinary.readouterr()
        return Outcome(code, out, err.decode())

    return call
