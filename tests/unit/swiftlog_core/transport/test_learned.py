"""What a server told of its REST is found again, and never in the way."""

from __future__ import annotations

from pathlib import Path

from swiftlog_core.transport.learned import FILE_NAME, MAX_SERVERS, recall, remember


def spool_in(folder: Path) -> Path:
    (folder / "runs").mkdir(exist_ok=True)
    return folder / "runs" / "0190.slog"


def test_what_was_told_is_found_by_its_address(tmp_path: Path) -> None:
    remember(spool_in(tmp_path), "box:50051", "http://box:8080")
    remember(spool_in(tmp_path), "hut:50051", "https://hut")
    assert recall([tmp_path], "box:50051") == "http://box:8080"
    assert recall([tmp_path / "none", tmp_path], "hut:50051") == "https://hut"
    assert recall([tmp_path], "box:1") == ""


def test_the_newest_word_counts_and_the_oldest_are_forgotten(tmp_path: Path) -> None:
    for number in range(MAX_SERVERS + 1):
        remember(spool_in(tmp_path), f"box:{number}", "http://old")
    remember(spool_in(tmp_path), "box:7", "http://new")
    assert recall([tmp_path], "box:7") == "http://new"
    assert recall([tmp_path], "box:0") == ""


def test_nothing_told_writes_nothing(tmp_path: Path) -> None:
    remember(spool_in(tmp_path), "box:1", "")
    remember(tmp_path / "elsewhere.slog", "box:1", "http://x")
    assert not (tmp_path / FILE_NAME).exists()


def test_what_cannot_be_read_or_written_is_no_error(tmp_path: Path) -> None:
    for text in ("", "[1]", "{", '{"box:1": 7}'):
        (tmp_path / FILE_NAME).write_text(text)
        assert recall([tmp_path], "box:1") == ""
    (tmp_path / FILE_NAME).unlink()
    (tmp_path / FILE_NAME).mkdir()
    remember(spool_in(tmp_path), "box:1", "http://x")
    assert recall([tmp_path], "box:1") == ""
    assert [path.name for path in tmp_path.iterdir() if path.name[0] == "."] == []
