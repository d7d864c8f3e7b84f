"""A queue that shrinks to what fits: the gaps, the ends and the exit."""

from __future__ import annotations

from swiftlog_core.capture.link import (
    KIND_EOF,
    KIND_EXIT,
    KIND_GAP,
    KIND_STDERR,
    KIND_STDOUT,
    LinkGap,
    encode_gap,
)
from swiftlog_core.capture.message import Message, collapse


def _gap(stream: int, size: int) -> Message:
    return Message(KIND_GAP, 0, encode_gap(LinkGap(stream, size, size, "slow")))


def test_only_a_message_that_is_half_written_keeps_its_bytes() -> None:
    queue = [
        Message(KIND_STDOUT, 0, b"half"),
        Message(KIND_STDOUT, 0, b"xx"),
        _gap(KIND_STDERR, 7),
        Message(KIND_EOF, 0, b"1"),
        Message(KIND_STDERR, 0, b"yyy"),
        Message(KIND_STDOUT, 0, b"zz"),
        Message(KIND_EXIT, 0, b"{}"),
    ]
    queue[0].taken = 3
    left = collapse(queue, _gap)
    assert [(message.kind, message.covers) for message in left] == [
        (KIND_STDOUT, 4),
        (KIND_GAP, 7),
        (KIND_GAP, 4),
        (KIND_GAP, 3),
        (KIND_EOF, 0),
        (KIND_EXIT, 0),
    ]


def test_an_end_that_is_half_written_stays_the_first() -> None:
    queue = [Message(KIND_EOF, 0, b"1"), Message(KIND_STDERR, 0, b"yyy")]
    queue[0].taken = 1
    assert [message.kind for message in collapse(queue, _gap)] == [KIND_EOF, KIND_GAP]
