"""Mending: a dead spool gets its end, once, and one whole file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from swiftlog_core.errors import SpoolCorruptError, VerifyError
from swiftlog_core.events import LOST, ExitStatus
from swiftlog_core.library.black_box import look
from swiftlog_core.library.mend import adopt, mend
from swiftlog_core.library.verify import verify_spool
from swiftlog_core.stream.spool import Spool, SpoolClosing
from tests.unit.swiftlog_core.transport.recording import Recording

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def recording(tmp_path: Path) -> Recording:
    recording = Recording(tmp_path / "run.slog")
    for _ in range(3):
        recording.lines()
    return recording


def test_a_dead_run_is_closed_as_lost_with_all_that_was_kept(
    recording: Recording, tmp_path: Path
) -> None:
    recording.spool.set_black_box(look(tmp_path))
    recording.crash()
    closing = mend(recording.path)
    assert (closing.exit.status, closing.exit.exit_code) == (LOST, None)
    assert closing.exit.cause == "recorder_killed"
    assert closing.exit.duration_ns == recording.frames[-1].t_last_ns
    assert closing.receipt == recording.receipt()
    assert [path.name for path in tmp_path.iterdir()] == ["run.slog"]
    with Spool.read(recording.path) as spool:
        assert verify_spool(spool) == recording.receipt()


def test_a_run_that_has_an_end_keeps_it(recording: Recording) -> None:
    closing = recording.closing(7)
    recording.crash()
    assert mend(recording.path) == closing
    assert mend(recording.path) == closing


def test_a_run_that_printed_nothing_can_be_mended(tmp_path: Path) -> None:
    recording = Recording(tmp_path / "run.slog")
    recording.crash()
    closing = mend(recording.path)
    assert closing.receipt.frames == 0
    assert closing.exit.cause == "unknown"


def test_a_loss_that_a_full_disk_could_not_mark_is_marked_when_there_is_room(
    recording: Recording,
) -> None:
    receipt = recording.receipt()._replace(gaps=2, gap_bytes=30)
    recording.spool.set_closing(
        SpoolClosing(ExitStatus("success", 0), receipt, (10, 20))
    )
    recording.crash()
    closing = mend(recording.path)
    assert closing.unmarked == (0, 0)
    assert (closing.receipt.gap_bytes, closing.receipt.frames) == (30, 4)
    assert mend(recording.path) == closing
    with Spool.read(recording.path) as spool:
        assert verify_spool(spool) == closing.receipt


def test_a_reader_at_work_does_not_hinder_mending(recording: Recording) -> None:
    recording.crash()
    with Spool.read(recording.path) as reader:
        frames = reader.frames()
        next(frames)
        assert mend(recording.path).receipt == recording.receipt()
        assert len([*frames]) == 2


def test_damage_is_named_with_what_is_good_before_it(tmp_path: Path) -> None:
    recording = Recording(tmp_path / "run.slog")
    for _ in range(20):
        recording.lines(10, pad=2000)
    recording.spool.seal()
    recording.spool.close()
    data = bytearray(recording.path.read_bytes())
    data[len(data) // 2 : len(data) // 2 + 3] = b"\xff\xff\xff"
    recording.path.write_bytes(data)
    with pytest.raises(SpoolCorruptError) as caught:
        mend(recording.path)
    assert 0 < caught.value.good_frames < 20
    assert str(recording.path) in str(caught.value)


def test_frames_kept_by_a_server_are_taken_back(
    recording: Recording, tmp_path: Path
) -> None:
    short = Recording(tmp_path / "short.slog", recording.info)
    mend(short.path)
    closing = adopt(short.path, iter(recording.frames))
    assert closing.receipt == recording.receipt()
    with Spool.read(short.path) as spool:
        assert verify_spool(spool) == recording.receipt()


def test_frames_that_do_not_continue_the_log_are_refused(
    recording: Recording, tmp_path: Path
) -> None:
    short = Recording(tmp_path / "short.slog", recording.info)
    with pytest.raises(VerifyError):
        adopt(short.path, iter(recording.frames[1:]))
