"""A frame is believed only as far as it agrees with itself and its run."""

from __future__ import annotations

import pytest
from zstandard import ZstdCompressor

from swiftlog_core.errors import (
    FrameInvalidError,
    FrameTooLargeError,
    SequenceGapError,
    SwiftLogError,
)
from swiftlog_core.events import STDOUT
from swiftlog_server.runs.checks import CHEAP_BYTES, check_frame, is_cheap
from tests.unit.swiftlog_server.recording import Loss, Recording, numbered

RUN = Recording([(STDOUT, b"one\n"), (STDOUT, b"two\nthr"), Loss(STDOUT, 3)])


def test_good_frames_lead_from_position_to_position() -> None:
    for before, frame, after in zip(
        RUN.positions, RUN.frames, RUN.positions[1:], strict=False
    ):
        assert check_frame(before, frame, 0).end == after
    last = check_frame(RUN.positions[2], RUN.frames[2], 0)
    assert (last.gaps, last.gap_bytes) == (1, 3)


def test_a_number_that_is_taken_makes_a_repeated_frame() -> None:
    assert check_frame(RUN.positions[2], RUN.frames[0], 0).end is None


def test_a_number_skipped_to_tells_what_is_durable() -> None:
    with pytest.raises(SequenceGapError) as raised:
        check_frame(RUN.positions[0], RUN.frames[2], 7)
    assert raised.value.durable_seq == 7


@pytest.mark.parametrize(
    "lie",
    [
        {"seq": 0},
        {"digest": b""},
        {"digest": b"\0" * 32},
        {"line_ends": 2},
        {"first_line": 2},
        {"payload_size": 10},
        {"payload_size": 1 << 20},
        {"text_size": 3},
        {"payload": b""},
        {"payload": RUN.frames[1].payload},
        {"t_first_ns": 1},
        {"t_last_ns": 1 << 63},
    ],
)
def test_a_lie_is_found(lie: dict[str, object]) -> None:
    with pytest.raises(SwiftLogError):
        check_frame(RUN.positions[0], RUN.frames[0]._replace(**lie), 0)  # type: ignore[arg-type] # lies


@pytest.mark.parametrize(
    "declared", [{"text_size": 1 << 30}, {"payload_size": 1 << 31}]
)
def test_a_declared_size_over_the_limit_is_not_even_read(
    declared: dict[str, int],
) -> None:
    with pytest.raises(FrameTooLargeError):
        check_frame(RUN.positions[0], RUN.frames[0]._replace(**declared), 0)


def test_a_bomb_is_cut_at_the_declared_size() -> None:
    bomb = ZstdCompressor().compress(b"\0" * (256 << 20))
    frame = RUN.frames[0]._replace(payload=bomb)
    assert len(bomb) < 64 * 1024
    with pytest.raises(FrameInvalidError, match="size"):
        check_frame(RUN.positions[0], frame, 0)


def test_only_small_frames_are_cheap() -> None:
    assert is_cheap(numbered(1).frames[0])
    big = Recording([(STDOUT, b"x" * CHEAP_BYTES)]).frames[0]
    assert not is_cheap(big)
