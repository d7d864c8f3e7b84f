"""A frame cannot lie: every count, size, digest and order is checked."""

from __future__ import annotations

from contextlib import suppress
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from zstandard import ZstdCompressor

from swiftlog_core.errors import FrameInvalidError, FrameTooLargeError
from swiftlog_core.events import STDERR, STDOUT, Frame, Gap, Position
from swiftlog_core.stream.layout import (
    MAX_TEXT_BYTES,
    advance,
    decode,
    empty_position,
    encode_segments,
)

RUN_ID = "01890a5d-ac96-774b-bcce-b302099a8057"
START = empty_position(RUN_ID)
TEXT = b"one\ntwo\nthr"
COLUMNS = ([STDOUT, STDERR], [5, 9], [8, 3], [2, 0])


def frame(
    text: bytes = TEXT,
    segments: bytes | None = None,
    *,
    start: Position = START,
    line_ends: int = 2,
) -> Frame:
    tail = encode_segments(start, COLUMNS) if segments is None else segments
    payload = text + tail
    return Frame(
        start.seq + 1,
        start.lines + 1,
        line_ends,
        len(text),
        len(payload),
        ZstdCompressor().compress(payload),
        sha256(payload).digest(),
        5,
        9,
    )


def take(candidate: Frame, position: Position = START) -> Position:
    return advance(position, candidate, decode(candidate))


def test_a_good_frame_moves_the_position() -> None:
    after = take(frame())
    assert after[:5] == (1, 3, 11, 0, 3)
    assert after.chain != START.chain


def test_gaps_come_back_in_their_places() -> None:
    gaps = (Gap(0, STDOUT, 7, "recorder_slow"), Gap(2, STDERR, 2**40, "disk_full"))
    body = decode(frame(segments=encode_segments(START, COLUMNS, gaps)))
    assert body.gaps == gaps


def columns(*changed: tuple[int, list[int]]) -> bytes:
    new = list(COLUMNS)
    for index, column in changed:
        new[index] = column
    return encode_segments(START, (new[0], new[1], new[2], new[3]))


@pytest.mark.parametrize(
    ("candidate", "says"),
    [
        (frame()._replace(digest=bytes(32)), "digest"),
        (frame()._replace(payload=b"not zstd"), "decompress"),
        (frame()._replace(payload_size=20), "size"),
        (frame()._replace(text_size=3), "unknown version|cut short|left over"),
        (frame()._replace(first_line=2), "first line"),
        (frame(line_ends=3), "add up"),
        (frame(segments=columns((3, [1, 1]))), "line counts"),
        (frame(segments=columns((2, [9, 3]))), "add up"),
        (frame(segments=columns((2, [11, 0]))), "no bytes"),
        (frame(segments=columns((0, [STDOUT, 3]))), "no stream"),
        (frame(segments=columns() + b"x"), "left over"),
        (frame(segments=columns()[:-3]), "cut short"),
        (
            frame(segments=encode_segments(START._replace(open_stdout=9), COLUMNS)),
            "open lines",
        ),
    ],
)
def test_a_frame_that_lies_is_refused_with_what_is_wrong(
    candidate: Frame, says: str
) -> None:
    with pytest.raises(FrameInvalidError, match=says):
        take(candidate)


def test_a_frame_that_declares_too_much_is_refused_before_it_is_unpacked() -> None:
    with pytest.raises(FrameTooLargeError):
        decode(frame()._replace(text_size=MAX_TEXT_BYTES + 1))
    with pytest.raises(FrameTooLargeError):
        decode(frame()._replace(payload_size=2**31))


def test_a_bomb_is_unpacked_no_further_than_it_declares() -> None:
    bomb = ZstdCompressor().compress(bytes(1 << 28))
    with pytest.raises(FrameInvalidError, match="size"):
        decode(frame()._replace(payload=bomb))


@settings(max_examples=300)
@given(st.binary(max_size=200), st.integers(0, 200))
def test_any_bytes_are_refused_or_decoded_and_nothing_else(
    payload: bytes, text_size: int
) -> None:
    candidate = Frame(
        1,
        1,
        0,
        text_size,
        len(payload),
        ZstdCompressor().compress(payload),
        sha256(payload).digest(),
        0,
        0,
    )
    with suppress(FrameInvalidError, FrameTooLargeError):
        take(candidate)
