"""Answers are kept privately, boundedly, and never by an error."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from swiftlog_core.explain.report.cache import MAX_BYTES, FolderCache
from swiftlog_core.interfaces import Answer

ANSWER = Answer("{}", 5, 7)


def test_what_is_kept_is_found_again_in_a_private_file(tmp_path: Path) -> None:
    cache = FolderCache(tmp_path / "answers")
    assert cache.get("k") is None
    cache.put("k", ANSWER)
    assert cache.get("k") == ANSWER
    (file,) = (tmp_path / "answers").iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


def test_the_least_recently_used_go_first(tmp_path: Path) -> None:
    cache = FolderCache(tmp_path, max_files=3)
    for number in range(3):
        cache.put(str(number), ANSWER)
        os.utime(tmp_path / f"{number}.json", (number, number))
    assert cache.get("0") == ANSWER  # used now
    cache.put("3", ANSWER)
    assert {path.stem for path in tmp_path.iterdir()} == {"0", "2", "3"}


@pytest.mark.parametrize("data", [b"", b"{}", b"[1]", b"\xff", b'["a", "b", 1]'])
def test_a_damaged_file_is_no_answer(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "k.json").write_bytes(data)
    assert FolderCache(tmp_path).get("k") is None


def test_an_oversized_answer_is_not_kept(tmp_path: Path) -> None:
    cache = FolderCache(tmp_path)
    cache.put("k", Answer("x" * MAX_BYTES))
    assert cache.get("k") is None
    (tmp_path / "k.json").write_bytes(b" " * (MAX_BYTES + 10))
    assert cache.get("k") is None


def test_a_folder_that_cannot_be_made_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    cache = FolderCache(tmp_path / "file" / "answers")
    cache.put("k", ANSWER)
    assert cache.get("k") is None
