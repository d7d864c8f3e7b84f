"""The last word of a recorder fits its message, whatever it has to say."""

from __future__ import annotations

import json
import os
import sqlite3
from typing import TYPE_CHECKING

import pytest

from swiftlog_core.capture.link import StatusReader, StatusWriter
from swiftlog_core.config import resolve
from swiftlog_core.library.run_id import new_run_id
from swiftlog_core.recorder.opening import Opening
from swiftlog_core.recorder.plan import DONE, make_plan
from swiftlog_core.recorder.serve import Recorder

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("letter", ["x", "ä", "\U0001f600", '"', "\x01", "\udcff"])
def test_the_last_word_is_said_whatever_the_error_is(
    tmp_path: Path, letter: str
) -> None:
    plan = make_plan(resolve({}, {"SWIFTLOG_DATA_DIR": str(tmp_path)}), ["true"])
    plan.run_id = new_run_id()
    read_fd, write_fd = os.pipe()
    recorder = Recorder(StatusWriter(write_fd), plan)
    recorder._writer.error = letter * 5000
    recorder.finish()
    os.close(write_fd)
    reader = StatusReader(read_fd)
    words = {}
    while not reader.ended:
        words.update(dict(reader.read()))
    os.close(read_fd)
    assert len(json.loads(words[DONE])["error"]) > 100


def test_a_file_that_its_maker_was_killed_over_is_made_anew(tmp_path: Path) -> None:
    plan = make_plan(resolve({}, {"SWIFTLOG_DATA_DIR": str(tmp_path)}), ["true"])
    plan.run_id = new_run_id()
    plan.attempt = 1
    read_fd, write_fd = os.pipe()
    path = tmp_path / "runs" / f"{plan.run_id}.slog"
    path.parent.mkdir()
    db = sqlite3.connect(path)
    db.execute("PRAGMA journal_mode=WAL")  # and no table yet
    db.close()
    opened = Opening(plan, StatusWriter(write_fd))
    assert opened.spool.info.run_id == plan.run_id
    opened.seal()
    assert path.with_suffix(".lock").exists()  # the end of the run is not in the file
    os.close(read_fd)
    os.close(write_fd)
