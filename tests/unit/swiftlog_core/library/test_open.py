"""References: ids, beginnings of ids, files, and the last run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from swiftlog_core.errors import RunAmbiguousError, RunNotFoundError, SpoolCorruptError
from swiftlog_core.library.open import find, open_run
from swiftlog_core.library.run_id import new_run_id
from tests.unit.swiftlog_core.transport.recording import Recording, run_info

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def runs(tmp_path: Path) -> list[Recording]:
    recordings = []
    for hours in (1, 2, 2):
        info = run_info(new_run_id(hours * 3_600_000_000_000))
        recordings.append(Recording(tmp_path / f"{info.run_id}.slog", info))
    return recordings


def test_a_whole_id_and_a_beginning_name_a_run(
    runs: list[Recording], tmp_path: Path
) -> None:
    run_id = runs[0].info.run_id
    for reference in (run_id, run_id[:8], run_id[:13].upper()):
        assert find(reference, [tmp_path]) == runs[0].path
        with open_run(reference, [tmp_path]) as spool:
            assert spool.info == runs[0].info


def test_a_beginning_that_fits_two_runs_names_both(
    runs: list[Recording], tmp_path: Path
) -> None:
    with pytest.raises(RunAmbiguousError) as caught:
        find(runs[1].info.run_id[:9], [tmp_path])
    assert {*caught.value.matches} == {runs[1].info.run_id, runs[2].info.run_id}


@pytest.mark.parametrize(
    "reference", ["zzzz", "000", "", "runs/none.slog", "none.slog"]
)
def test_what_names_nothing_is_not_found(
    runs: list[Recording], tmp_path: Path, reference: str
) -> None:
    assert runs
    with pytest.raises(RunNotFoundError):
        find(reference, [tmp_path])


def test_the_last_run_is_the_newest(runs: list[Recording], tmp_path: Path) -> None:
    assert find("last", [tmp_path]) == max(run.path for run in runs)
    with pytest.raises(RunNotFoundError):
        find("last", [tmp_path / "none"])


def test_a_file_anywhere_is_opened_by_its_path(tmp_path: Path) -> None:
    other = tmp_path / "else" / "copied.slog"
    other.parent.mkdir()
    recording = Recording(other)
    assert find(str(other), []) == other
    with open_run(str(other), []) as spool:
        assert spool.info == recording.info


def test_a_file_that_is_no_spool_says_so(tmp_path: Path) -> None:
    (tmp_path / "x.slog").write_bytes(b"x" * 5000)
    with pytest.raises(SpoolCorruptError):
        open_run(str(tmp_path / "x.slog"), [])


def test_the_same_run_in_two_folders_is_one(tmp_path: Path) -> None:
    info = run_info()
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        Recording(tmp_path / name / f"{info.run_id}.slog", info)
    found = find(info.run_id, [tmp_path / "a", tmp_path / "b"])
    assert found.stem == info.run_id
