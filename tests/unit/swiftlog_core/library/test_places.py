"""Places: the first folder that can be written, and private ones only."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

import pytest

from swiftlog_core.config import resolve
from swiftlog_core.errors import SpoolUnwritableError
from swiftlog_core.library.places import (
    choose_runs_dir,
    files_of,
    known_runs_dirs,
    spool_path,
    writable_runs_dirs,
)

if TYPE_CHECKING:
    from pathlib import Path


def test_the_chosen_folder_is_made_private(tmp_path: Path) -> None:
    data = tmp_path / "a" / "b"
    runs = choose_runs_dir(resolve({}, {"SWIFTLOG_DATA_DIR": str(data)}))
    assert runs == data / "runs"
    assert stat.S_IMODE(data.stat().st_mode) == 0o700
    assert stat.S_IMODE(runs.stat().st_mode) == 0o700


def test_a_home_that_cannot_be_written_gives_way_to_the_next_place(
    tmp_path: Path,
) -> None:
    home = tmp_path / "home"
    home.write_text("a file, so nothing can be made below it")
    environ = {"HOME": str(home), "TMPDIR": str(tmp_path / "tmp")}
    assert choose_runs_dir(resolve({}, environ)).parent.parent == tmp_path / "tmp"


def test_without_any_place_the_last_one_and_the_reason_are_named(
    tmp_path: Path,
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    config = resolve({}, {"SWIFTLOG_DATA_DIR": str(blocked / "data")})
    with pytest.raises(SpoolUnwritableError, match="SWIFTLOG_DATA_DIR"):
        choose_runs_dir(config)


def test_a_temporary_folder_that_is_a_link_is_not_used(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (tmp_path / f"swiftlog-{os.getuid()}").symlink_to(elsewhere)
    with pytest.raises(SpoolUnwritableError, match="somebody else"):
        choose_runs_dir(resolve({}, {"TMPDIR": str(tmp_path)}))


def test_a_folder_of_ours_that_others_may_write_is_made_private(tmp_path: Path) -> None:
    place = tmp_path / f"swiftlog-{os.getuid()}"
    place.mkdir()
    place.chmod(0o777)
    choose_runs_dir(resolve({}, {"TMPDIR": str(tmp_path)}))
    assert stat.S_IMODE(place.stat().st_mode) == 0o700


def test_every_writable_place_is_offered_in_order(tmp_path: Path) -> None:
    environ = {"XDG_DATA_HOME": str(tmp_path / "x"), "TMPDIR": str(tmp_path / "t")}
    places = [*writable_runs_dirs(resolve({}, environ))]
    assert [place.parent.parent.name for place in places] == ["x", "t"]


def test_looking_for_runs_makes_no_folder(tmp_path: Path) -> None:
    config = resolve({}, {"SWIFTLOG_DATA_DIR": str(tmp_path / "data")})
    assert known_runs_dirs(config) == []
    assert not (tmp_path / "data").exists()
    made = choose_runs_dir(config)
    assert known_runs_dirs(config) == [made]


def test_the_files_of_a_run_are_its_spool_and_what_lies_beside(tmp_path: Path) -> None:
    path = spool_path(tmp_path, "0189")
    assert [file.name for file in files_of(path)] == [
        "0189.slog",
        "0189.slog-wal",
        "0189.slog-shm",
        "0189.slog-journal",
        "0189.lock",
    ]
