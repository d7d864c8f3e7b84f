"""One pass over a block of a stream: from matches to edits, and what to carry on.

The order of events: a private key that began earlier is continued; then matches are
taken by their beginning, until one begins a private key or is a value to register.
Both end what was known: after the key, or after the value's line, no match that began
before counts. In the end the tail that is undecided is kept back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from swiftlog_core.stream.mask.deal import Edit
from swiftlog_core.stream.mask.private_key import KeyBlock, carried_from
from swiftlog_core.stream.mask.shapes import KEY, PLAIN, REGISTER

if TYPE_CHECKING:
    from collections.abc import Callable

    from swiftlog_core.stream.mask.literals import Literal
    from swiftlog_core.stream.mask.shapes import Match
    from swiftlog_core.stream.mask.vocabulary import Vocabulary

    Register = Callable[[bytes], list[Literal]]


class StreamState:
    """What is carried from one block of a stream to the next.

    ``carry`` is the end of what was fed: ``done`` bytes of context that went out
    already, then what is held. No match starts before ``floor`` in it. ``covered``:
    the last byte that went out lies in a mask, which an overlapping match continues.
    ``key`` is the private key that the stream is inside of.
    """

    __slots__ = ("carry", "covered", "done", "floor", "key")

    def __init__(self) -> None:
        self.carry = b""
        self.done = 0
        self.floor = 0
        self.covered = False
        self.key: KeyBlock | None = None


class Sweep:
    """Decides one block; used once."""

    def __init__(
        self, vocabulary: Vocabulary, state: StreamState, block: bytes, *, final: bool
    ) -> None:
        """Take *block*: what *state* carries, and what is new."""
        self._vocabulary = vocabulary
        self._state = state
        self._block = block
        self._final = final
        self._floor = state.floor
        self._out = state.done
        self._edits: list[Edit] = []
        self._taken: list[Match] = []
        self._line = block.rfind(b"\n") + 1

    def run(self, register: Register) -> tuple[list[Edit], int]:
        """Return the edits and up to where the block is decided; update the state.

        *register* takes the value of an ``::add-mask::`` line and returns the literals
        that are new.
        """
        key = self._state.key
        if key is not None and not self._pass_key(key, self._out, 0):
            return self._edits, len(self._block)
        if not self._take_matches(register):
            return self._edits, len(self._block)
        return self._settle()

    def _take_matches(self, register: Register) -> bool:
        """Turn matches into edits; False when the block ends inside a private key."""
        matches = self._vocabulary.matches(self._block, self._floor, final=self._final)
        index = 0
        while index < len(matches):
            match = matches[index][3]
            index += 1
            if match.context < self._floor:
                continue
            if match.kind == PLAIN:
                self._cover(match)
            elif match.kind == KEY:
                if self._is_waiting_before(match.start):
                    break
                if not self._begin_key(match):
                    return False
            elif match.kind == REGISTER:
                self._cover(match)
                if match.open:
                    break  # all that follows is part of it
                self._floor = match.stop
                self._taken.clear()  # nothing before the floor is needed again
                fresh = register(self._block[match.start : match.stop])
                if fresh:
                    more = self._vocabulary.matches_of(fresh, self._block, self._floor)
                    matches = sorted(matches[index:] + more)
                    index = 0
        return True

    def _cover(self, match: Match) -> None:
        self._taken.append(match)
        start, stop, text, edits = match.start, match.stop, match.text, self._edits
        if edits and start < edits[-1].stop:
            if stop > edits[-1].stop:
                first = edits[-1]
                edits[-1] = Edit(first.start, stop, first.text, first.began)
        elif start >= self._out:
            edits.append(Edit(start, stop, text, start))
        elif stop > self._out:
            # Its beginning went out: inside a mask that this match prolongs, or
            # before the secret was added.
            text = b"" if self._state.covered else text
            edits.append(Edit(self._out, stop, text, start))

    def _is_waiting_before(self, start: int) -> bool:
        """Say whether an undecided match begins before *start*."""
        if self._final or start < self._line:
            return False
        tail = self._vocabulary.tail(self._block, self._line, self._floor)
        return max(tail.held, self._out) < start

    def _begin_key(self, match: Match) -> bool:
        self._taken.clear()
        start = max(match.start, self._out)
        if self._edits:
            start = max(start, self._edits[-1].stop)
        key = KeyBlock(start - match.start)
        return self._pass_key(key, start, match.stop)

    def _pass_key(self, key: KeyBlock, start: int, search: int) -> bool:
        """Mask to the key's end; False when it lies beyond the block."""
        state, block = self._state, self._block
        end = key.feed(block, start, search, self._edits)
        if end >= 0:
            state.key = None
            state.covered = True
            self._floor = end
            self._out = max(self._out, end)
            return True
        low = carried_from(block, search)
        state.key = key
        state.carry = block[low:]
        state.done = len(block) - low
        state.floor = 0
        state.covered = True
        return False

    def _settle(self) -> tuple[list[Edit], int]:
        """Keep back the undecided tail, and carry what the next block needs."""
        block, edits = self._block, self._edits
        size = len(block)
        if self._final:
            return edits, size
        tail = self._vocabulary.tail(block, self._line, self._floor)
        limit = max(tail.held, self._out)
        # A mask that began before is certain; only what may follow it has to wait.
        while edits and edits[-1].began >= limit:
            edits.pop()
        if edits and edits[-1].stop > limit:
            limit = edits[-1].stop
        state = self._state
        if edits:
            state.covered = edits[-1].stop == limit
        elif limit > self._out:
            state.covered = False
        lowest = min(tail.context, limit)
        for match in self._taken:
            if match.open or match.stop > limit:
                lowest = min(lowest, match.context)
        if lowest < size:
            low = max(lowest - 1, 0)  # what precedes a match can forbid it
        else:
            low = size if block.endswith(b"\n") else max(size - 1, 0)
        state.carry = block[low:]
        state.done = limit - low
        state.floor = max(self._floor - low, 1 if 0 < low < size else 0)
        return edits, limit
