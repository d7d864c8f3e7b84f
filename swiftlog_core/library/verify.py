"""Prove a stored log against its receipt, frame by frame.

Works on frames wherever they come from: a spool, or a server. Each frame is hashed
anew and must continue the one before it; the end must be what the receipt says.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from swiftlog_core.errors import FrameError, SpoolCorruptError, VerifyError
from swiftlog_core.events import STDERR, STDOUT, Receipt
from swiftlog_core.stream.layout import advance, decode, empty_position

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from swiftlog_core.events import Frame
    from swiftlog_core.stream.layout import Body
    from swiftlog_core.stream.spool import Spool


class Tally:
    """Follows a log from its first frame and knows the receipt of what it has seen.

    ``position`` is the position after the last frame taken.
    """

    def __init__(self, run_id: str) -> None:
        """Start before the first frame."""
        self._run_id = run_id
        self.position = empty_position(run_id)
        self._streams = {STDOUT: sha256(), STDERR: sha256()}
        self._gaps = self._gap_bytes = 0

    def take(self, frame: Frame) -> None:
        """Take the next frame; raise ``VerifyError`` when it does not check."""
        expected = self.position.seq + 1
        if frame.seq != expected:
            what = "is missing" if frame.seq > expected else "is out of order"
            reason = f"it {what}, frame {frame.seq} is in its place"
            raise self.error(reason)
        try:
            body = decode(frame)
            self.position = advance(self.position, frame, body)
        except FrameError as error:
            reason = str(error).partition("does not check: ")[2] or str(error)
            raise self.error(reason) from error
        self._hash(body)

    def receipt(self) -> Receipt:
        """Return the receipt of all frames taken, acknowledged by nobody."""
        position = self.position
        return Receipt(
            self._run_id,
            position.size,
            position.lines,
            position.seq,
            position.chain,
            self._streams[STDOUT].digest(),
            self._streams[STDERR].digest(),
            self._gaps,
            self._gap_bytes,
        )

    def error(self, reason: str) -> VerifyError:
        """Return the error that names the frame due next and its place in the log."""
        at = self.position
        place = f"{reason} (from byte {at.size}, line {at.lines + 1})"
        return VerifyError(self._run_id, at.seq + 1, place)

    def _hash(self, body: Body) -> None:
        if body.gaps:
            self._gaps += len(body.gaps)
            self._gap_bytes += sum(gap.size for gap in body.gaps)
        streams = set(body.streams)
        if len(streams) == 1:
            self._streams[streams.pop()].update(body.text)
            return
        text, offset = memoryview(body.text), 0
        for stream, size in zip(body.streams, body.sizes, strict=True):
            self._streams[stream].update(text[offset : offset + size])
            offset += size


def verify(
    frames: Iterable[Frame],
    receipt: Receipt,
    chain_at: Callable[[int], bytes] | None = None,
) -> Receipt:
    """Return the receipt of *frames* when it is *receipt*; raise ``VerifyError``.

    The error names the first frame that does not check. *chain_at* gives the chain
    value stored with a frame, where there is one: with it a frame that was replaced
    whole, digest and all, is named too, and not only noticed at the end.
    """
    tally = Tally(receipt.run_id)
    for frame in frames:
        before = tally.position
        tally.take(frame)
        if chain_at is not None and chain_at(frame.seq) != tally.position.chain:
            tally.position = before
            reason = "its chain value is not that of the frames up to it"
            raise tally.error(reason)
    found = tally.receipt()
    for field, words in _FIELDS.items():
        wanted, got = getattr(receipt, field), getattr(found, field)
        if wanted != got:
            shown = [v.hex() if isinstance(v, bytes) else str(v) for v in (got, wanted)]
            reason = f"{words} {shown[0]}, the receipt says {shown[1]}"
            raise tally.error(reason)
    return found._replace(acknowledged_by=receipt.acknowledged_by)


# In the order in which a difference tells most.
_FIELDS = {
    "frames": "frames stored:",
    "size": "bytes stored:",
    "lines": "lines stored:",
    "gaps": "gaps stored:",
    "gap_bytes": "bytes in gaps:",
    "chain": "the chain ends in",
    "sha256_stdout": "SHA-256 of standard output is",
    "sha256_stderr": "SHA-256 of standard error is",
}


def verify_spool(spool: Spool) -> Receipt:
    """Prove a spool that has an end against its own receipt; see ``verify``.

    Raises ``SpoolCorruptError`` for a damaged file and for one that has no end yet.
    """
    closing = spool.closing
    if closing is None:
        reason = "its run has no end yet, so there is nothing to prove it against"
        raise SpoolCorruptError(
            str(spool.path), reason, good_frames=spool.position().seq
        )

    def chain_at(seq: int) -> bytes:
        return spool.position_at(seq).chain

    return verify(spool.frames(), closing.receipt, chain_at)
