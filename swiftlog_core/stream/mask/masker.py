"""Masks secrets in streams: what leaves here may be written and sent.

For a stream the result is a function of its bytes alone: the union of all matches is
replaced, however the stream was cut into reads. A byte goes out as soon as no match
that could change it is possible. Hence a tail waits only while it is a proper
prefix of a known form or of an unfinished shape, and never across a newline: no match
covers one (a value of several lines is masked line by line; of a private key each line
is masked as it comes). A clock plays no part.

Where matches overlap they become one mask, named after the one that begins first; of
those that begin together the longest literal, then the first shape. Matches
that only touch stay two masks.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Final

from swiftlog_core.stream.mask.deal import deal
from swiftlog_core.stream.mask.secret import Secret, SkipReason, judge
from swiftlog_core.stream.mask.sweep import StreamState, Sweep
from swiftlog_core.stream.mask.tokens import token_shapes
from swiftlog_core.stream.mask.vocabulary import Vocabulary

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from swiftlog_core.stream.mask.engine import Engine
    from swiftlog_core.stream.mask.literals import Literal
    from swiftlog_core.stream.mask.sweep import Register

ADDED_NAME: Final = "add-mask"
MAX_ADDED: Final = 1000  # values that one run may register by printing them
_BATCH_BYTES: Final = 1 << 20
_PERCENT: Final = ((b"%0D", b"\r"), (b"%0A", b"\n"), (b"%25", b"%"))


class Masker:
    """Replaces every form of every secret, and token shapes, in streams of bytes."""

    def __init__(
        self,
        secrets: Iterable[Secret] = (),
        *,
        shapes: bool = True,
        engine: Engine | None = None,
    ) -> None:
        """Mask *secrets*, and with *shapes* tokens of well-known form.

        *engine* is a fresh one that scans otherwise than the default would.
        ``on_registered`` is given each value of an ``::add-mask::`` line, once.
        """
        self.warnings: list[tuple[str, str]] = []
        self.on_registered: Callable[[Secret], None] | None = None
        self._lock = threading.RLock()
        self._added = 0
        self._streams: dict[int, StreamState] = {}
        self._vocabulary = Vocabulary(token_shapes() if shapes else (), engine)
        self._vocabulary.add([s for s in secrets if self._refusal(s) is None])

    def mask(self, stream: int, chunks: Sequence[bytes]) -> list[bytes]:
        """Mask consecutive reads of one stream; return what each of them emits.

        As many items as *chunks*, empty ones where all is held. Without a match the
        very chunks come back. The items of all calls, joined, are the masked stream
        but for its held tail, however it was cut.
        """
        with self._lock:
            state = self._streams.get(stream)
            if state is None:
                state = self._streams[stream] = StreamState()
            if sum(map(len, chunks)) <= _BATCH_BYTES:
                return self._feed(state, chunks)
            # In batches: a block costs memory for itself and for each of its places.
            dealt: list[bytes] = []
            batch: list[bytes] = []
            size = 0
            for chunk in chunks:
                batch.append(chunk)
                size += len(chunk)
                if size >= _BATCH_BYTES:
                    dealt += self._feed(state, batch)
                    batch, size = [], 0
            return dealt + self._feed(state, batch) if batch else dealt

    def finish(self, stream: int) -> bytes:
        """End a stream; return what was held, masked where it is a whole value."""
        with self._lock:
            state = self._streams.pop(stream, None)
            if state is None or not state.carry:
                return b""
            return self._whole(state, state.carry, self._register)

    def add(self, secret: Secret) -> SkipReason | None:
        """Mask one more secret in all bytes fed from now on, and in held ones.

        Thread-safe: when it returns, the secret is active. Returns the reason when the
        value cannot be masked.
        """
        with self._lock:
            reason = self._refusal(secret)
            if reason is None:
                self._vocabulary.add((secret,))
            return reason

    def mask_text(self, text: str) -> str:
        """Mask a text that is whole: an argument, a path, a title."""
        try:
            data = text.encode("utf-8", "surrogateescape")
        except UnicodeEncodeError:  # a surrogate that stands for no byte
            data = text.encode("utf-8", "replace")
        with self._lock:
            masked = self._whole(StreamState(), data, _register_nothing)
        return text if masked == data else masked.decode("utf-8", "surrogateescape")

    def held(self, stream: int) -> int:
        """Count the bytes of *stream* that wait for what follows them."""
        state = self._streams.get(stream)
        return len(state.carry) - state.done if state is not None else 0

    def _refusal(self, secret: Secret) -> SkipReason | None:
        reason = judge(secret.value)
        if reason is not None:
            self._warn(secret.name, reason)
        return reason

    def _warn(self, name: str, reason: SkipReason) -> None:
        warning = (name, str(reason))
        if warning not in self.warnings:
            self.warnings.append(warning)

    def _register(self, value: bytes) -> list[Literal]:
        """Take the value of an ``::add-mask::`` line, printed and meant."""
        if self._added >= MAX_ADDED:
            self._warn(ADDED_NAME, SkipReason.TOO_MANY)
            return []
        self._added += 1
        meant = value
        for escape, char in _PERCENT:
            meant = meant.replace(escape, char)
        secrets = [Secret(ADDED_NAME, text) for text in dict.fromkeys((value, meant))]
        secrets = [s for s in secrets if self._refusal(s) is None]
        fresh = self._vocabulary.add(secrets)
        if fresh and self.on_registered is not None:
            for secret in secrets:
                self.on_registered(secret)
        return fresh

    def _whole(self, state: StreamState, block: bytes, register: Register) -> bytes:
        done = state.done
        sweep = Sweep(self._vocabulary, state, block, final=True)
        edits, limit = sweep.run(register)
        return deal(block, (block,), done, edits, limit)[0]

    def _feed(self, state: StreamState, chunks: Sequence[bytes]) -> list[bytes]:
        if state.carry:
            block = b"".join((state.carry, *chunks))
        else:
            block = chunks[0] if len(chunks) == 1 else b"".join(chunks)
        done = state.done
        edits, limit = Sweep(self._vocabulary, state, block, final=False).run(
            self._register
        )
        return deal(block, chunks, done, edits, limit)


def _register_nothing(_value: bytes) -> list[Literal]:
    """Mask a value without keeping it: what is no output registers nothing."""
    return []
