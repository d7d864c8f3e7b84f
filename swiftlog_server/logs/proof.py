"""What a verifier needs of a log: its frames as received, and the chain's links."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from swiftlog_core.wire.codec import frame_to_pb

if TYPE_CHECKING:
    from collections.abc import Iterator

    from swiftlog_server.runs.service import RunFacts
    from swiftlog_server.storage.interfaces import ChainLink, LogStore

LENGTH_BYTES: Final = 4


class ProofService:
    """Reads frames and links of runs that the caller may see. Thread-safe."""

    def __init__(self, store: LogStore) -> None:
        """Read from *store*."""
        self._store = store

    def frames(self, run: RunFacts, after_seq: int) -> Iterator[bytes]:
        """Yield each frame after *after_seq* with its length before it.

        The length is a big-endian number of four bytes, the frame a
        ``swiftlog.v1.Frame`` message. Ends where *run* says that it stands.
        """
        for frame in self._store.frames(run.id, after_seq=after_seq):
            if frame.seq > run.last_seq:
                return
            message: bytes = frame_to_pb(frame).SerializeToString()
            yield len(message).to_bytes(LENGTH_BYTES, "big") + message

    def links(self, run: RunFacts, after_seq: int, limit: int) -> list[ChainLink]:
        """Return up to *limit* links of the chain after *after_seq*."""
        return self._store.chain(run.id, after_seq=after_seq, limit=limit)
