"""Verify: any frame changed, dropped, added or moved is named."""

from __future__ import annotations

import sqlite3
from hashlib import sha256
from typing import TYPE_CHECKING

import pytest
from zstandard import ZstdCompressor

from swiftlog_core.errors import SpoolCorruptError, VerifyError
from swiftlog_core.events import STDERR
from swiftlog_core.library.verify import verify, verify_spool
from swiftlog_core.stream.layout import decompress
from swiftlog_core.stream.spool import Spool
from tests.unit.swiftlog_core.transport.recording import Recording

if TYPE_CHECKING:
    from pathlib import Path

    from swiftlog_core.events import Frame


@pytest.fixture
def recording(tmp_path: Path) -> Recording:
    recording = Recording(tmp_path / "run.slog")
    for number in range(6):
        recording.lines(5, stream=1 + number % 2)
    recording.write(b"no newline at the end", STDERR)
    recording.gap(77, "disk_full")
    recording.closing()
    return recording


def changed(frame: Frame) -> Frame:
    """Return *frame* with another text, and a digest that fits it."""
    payload = decompress(frame).replace(b"line", b"LINE")
    return frame._replace(
        payload=ZstdCompressor().compress(payload), digest=sha256(payload).digest()
    )


def test_a_whole_log_is_proven(recording: Recording) -> None:
    with Spool.read(recording.path) as spool:
        assert verify_spool(spool) == recording.receipt()
    assert verify(recording.frames, recording.receipt()).gap_bytes == 77


@pytest.mark.parametrize("index", range(8))
def test_a_frame_dropped_anywhere_is_named(recording: Recording, index: int) -> None:
    frames = [*recording.frames]
    del frames[index]
    with pytest.raises(VerifyError) as caught:
        verify(frames, recording.receipt())
    assert caught.value.seq == index + 1


@pytest.mark.parametrize("index", range(8))
def test_a_flipped_bit_anywhere_is_named_with_its_place(
    recording: Recording, index: int
) -> None:
    frames = [*recording.frames]
    frame = frames[index]
    payload = bytearray(frame.payload)
    payload[len(payload) // 2] ^= 1
    frames[index] = frame._replace(payload=bytes(payload))
    with pytest.raises(VerifyError, match=r"from byte \d+, line \d+") as caught:
        verify(frames, recording.receipt())
    assert caught.value.seq == index + 1


def test_two_frames_that_changed_places_are_named(recording: Recording) -> None:
    frames = [*recording.frames]
    frames[2], frames[3] = frames[3], frames[2]
    with pytest.raises(VerifyError) as caught:
        verify(frames, recording.receipt())
    assert caught.value.seq == 3


def test_a_frame_stored_twice_is_named(recording: Recording) -> None:
    frames = [*recording.frames[:3], *recording.frames[2:]]
    with pytest.raises(VerifyError, match="out of order"):
        verify(frames, recording.receipt())


def test_a_forged_frame_breaks_the_chain(recording: Recording) -> None:
    frames = [*recording.frames]
    frames[2] = changed(frames[2])
    with pytest.raises(VerifyError, match="the chain ends in"):
        verify(frames, recording.receipt())


def test_a_forged_frame_in_a_spool_is_named_by_the_stored_chain(
    recording: Recording,
) -> None:
    forged = changed(recording.frames[2])
    with sqlite3.connect(recording.path) as db:
        db.execute(
            "UPDATE frames SET payload = ?, digest = ? WHERE seq = 3",
            (forged.payload, forged.digest),
        )
    with Spool.read(recording.path) as spool, pytest.raises(VerifyError) as caught:
        verify_spool(spool)
    assert caught.value.seq == 3


@pytest.mark.parametrize("field", ["size", "lines", "frames", "gaps", "gap_bytes"])
def test_a_receipt_with_another_count_is_told(recording: Recording, field: str) -> None:
    receipt = recording.receipt()
    other = receipt._replace(**{field: getattr(receipt, field) + 1})
    with pytest.raises(VerifyError, match="the receipt says"):
        verify(recording.frames, other)


def test_a_run_without_an_end_has_nothing_to_be_proven_against(tmp_path: Path) -> None:
    recording = Recording(tmp_path / "alive.slog")
    recording.lines()
    with Spool.read(recording.path) as spool, pytest.raises(SpoolCorruptError):
        verify_spool(spool)


def test_an_empty_log_is_proven_too(tmp_path: Path) -> None:
    recording = Recording(tmp_path / "empty.slog")
    recording.closing()
    with Spool.read(recording.path) as spool:
        assert verify_spool(spool).frames == 0
