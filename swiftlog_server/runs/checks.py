"""Whether a frame may follow: digest, structure, sizes, line counts, order.

Pure computation, thread-safe, without the database. Cost follows a frame's bytes;
``is_cheap`` tells whether it fits between two turns of an event loop.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from swiftlog_core.errors import FrameInvalidError, SequenceGapError, TakenOverError
from swiftlog_core.stream.layout import advance, decode
from swiftlog_server.runs.commands import CheckedFrame

if TYPE_CHECKING:
    from swiftlog_core.events import Frame, Position
    from swiftlog_core.stream.layout import Body

CHEAP_BYTES: Final = 32 * 1024
_BIGGEST: Final = 2**63 - 1  # of the database's integers


def is_cheap(frame: Frame) -> bool:
    """Tell whether checking *frame* takes well under a millisecond."""
    return frame.payload_size <= CHEAP_BYTES


def check_frame(position: Position, frame: Frame, durable_seq: int) -> CheckedFrame:
    """Return *frame* checked against the run's *position*.

    A number that is taken already makes a repeated frame, whose content is not
    looked at. Raises ``SequenceGapError`` (with *durable_seq*) for a number that was
    skipped to, ``FrameInvalidError`` and ``FrameTooLargeError`` for a lie.
    """
    if frame.seq <= position.seq:
        if not frame.seq:
            raise FrameInvalidError(0, "frames are numbered from 1")
        return CheckedFrame(frame, None)
    if frame.seq != position.seq + 1:
        raise gap_error(frame.seq, durable_seq)
    body = decode(frame)
    _check_times(frame, body)
    end = advance(position, frame, body)
    gap_bytes = 0
    for gap in body.gaps:
        gap_bytes += gap.size
        if gap.segment > len(body.streams):
            raise FrameInvalidError(frame.seq, "a gap lies behind its segments")
    if gap_bytes > _BIGGEST or end.size > _BIGGEST:
        raise FrameInvalidError(frame.seq, "its counts are beyond 64 bits")
    return CheckedFrame(frame, end, len(body.gaps), gap_bytes)


def gap_error(seq: int, durable_seq: int) -> SequenceGapError:
    """Return the error for a frame whose predecessor is missing."""
    return SequenceGapError(
        f"frame {seq} came, {durable_seq} is the last one here; send again from "
        f"{durable_seq + 1}",
        durable_seq,
    )


def taken_over(run_id: str, durable_seq: int) -> TakenOverError:
    """Return the error for a recorder whose epoch has passed."""
    return TakenOverError(
        f"run {run_id} was taken over by a newer recorder; stop sending", durable_seq
    )


def _check_times(frame: Frame, body: Body) -> None:
    first, last = frame.t_first_ns, frame.t_last_ns
    if body.times:
        ends = (body.t0_ns, body.t0_ns + body.times[-1])
        if ends != (first, last):
            raise FrameInvalidError(frame.seq, "its times are not its segments'")
    if max(first, last) > _BIGGEST:
        raise FrameInvalidError(frame.seq, "its times are beyond 64 bits")
