"""Deals the masked bytes of a block back to the reads that it was joined from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from swiftlog_core.records import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence


class Edit(NamedTuple):
    """Replace ``[start, stop)`` of a block by ``text``.

    ``began`` is where the match begins: before ``start`` when a part of it went out
    earlier.
    """

    start: int
    stop: int
    text: bytes
    began: int


def deal(
    block: bytes, chunks: Sequence[bytes], done: int, edits: Sequence[Edit], limit: int
) -> list[bytes]:
    """Return what each chunk emits: ``[done, limit)`` of *block*, edited.

    *block* is what was carried, followed by all *chunks*; what was held before goes
    out with the first chunk, a mask with the chunk that completes it, and any other
    byte with its own. Edits are sorted, disjoint and within the limits. A chunk that
    goes out as it came is the same object.
    """
    edge = len(block) - sum(map(len, chunks))
    if not edits and done == edge and limit == len(block):
        return list(chunks)
    dealt: list[bytes] = []
    at, number, count = done, 0, len(edits)
    for chunk in chunks:
        first = edge
        edge += len(chunk)
        stop = min(edge, limit)
        if (
            at == first
            and stop == edge
            and (number == count or edits[number].start >= stop)
        ):
            dealt.append(chunk)
            at = stop
            continue
        parts: list[bytes] = []
        while number < count and edits[number].start < stop:
            edit = edits[number]
            if at < edit.start:
                parts.append(block[at : edit.start])
            if edit.stop > stop:
                at = stop
                break
            parts.append(edit.text)
            at = edit.stop
            number += 1
        if at < stop:
            parts.append(block[at:stop])
            at = stop
        dealt.append(b"".join(parts))
    return dealt
