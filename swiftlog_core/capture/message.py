"""One message that waits for room on the link, and what becomes of a queue of them."""

from __future__ import annotations

from swiftlog_core.capture.link import (
    GAP,
    HEADER,
    KIND_EOF,
    KIND_EXIT,
    KIND_GAP,
    KIND_STDERR,
    KIND_STDOUT,
)

TYPE_CHECKING = False  # type checkers take it for typing's, which is not imported
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

DATA = (KIND_STDOUT, KIND_STDERR)


class Message:
    """A message of which ``taken`` bytes are in the pipe already."""

    __slots__ = ("body", "kind", "size", "t_ns", "taken")

    def __init__(self, kind: int, t_ns: int, body: bytes) -> None:
        self.kind = kind
        self.t_ns = t_ns
        self.body = body
        self.size = HEADER.size + len(body)
        self.taken = 0

    def remainder(self) -> list[bytes | memoryview]:
        """Give what is still to be written."""
        if self.taken < HEADER.size:
            header = HEADER.pack(self.kind, self.t_ns, len(self.body))
            return [header[self.taken :], self.body]
        return [memoryview(self.body)[self.taken - HEADER.size :]]

    @property
    def covers(self) -> int:
        """How many bytes of output it stands for."""
        if self.kind == KIND_GAP:
            return int(GAP.unpack_from(self.body)[1])
        return len(self.body) if self.kind in DATA else 0


def collapse(
    queue: Iterable[Message], gap: Callable[[int, int], Message]
) -> list[Message]:
    """Put a gap, made by *gap* of stream and size, for the output in *queue*.

    Kept are a message that is half written, the gaps, the ends and the exit.
    """
    kept: list[Message] = []
    ends: list[Message] = []
    dropped = dict.fromkeys(DATA, 0)
    for message in queue:
        if message.kind in DATA and not message.taken:
            dropped[message.kind] += len(message.body)
        elif message.kind in (KIND_EOF, KIND_EXIT) and not message.taken:
            ends.append(message)
        else:
            kept.append(message)
    gaps = [gap(stream, size) for stream, size in dropped.items() if size]
    return kept + gaps + ends
