"""What a way to the server can do, and what it takes frames from.

``grpc.GrpcTransport`` and ``http.HttpTransport`` satisfy ``Transport``;
``outflow.Outflow`` satisfies ``FrameSource``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator

    from swiftlog_core.events import Frame, RunInfo
    from swiftlog_core.wire.calls import Closed
    from swiftlog_core.wire.codec import Closing, Opened


class FrameSource(Protocol):
    """Frames in order, as fast as the receiver acknowledges them."""

    def take(self) -> list[Frame] | None:
        """Block until frames may be sent and return them.

        An empty list asks for a heartbeat; None is the end, from then on for ever.
        Never raises: what goes wrong ends the source.
        """

    def cancel(self) -> None:
        """End the source, from any thread; a blocked ``take`` returns None."""


class Transport(Protocol):
    """One connection to a server.

    Raises ``ServerError`` and ``IngestError``. All calls but ``cancel`` come from
    one thread.
    """

    def open(self, info: RunInfo) -> Opened:
        """Create the run, or take it over."""

    def exchange(self, run_id: str, epoch: int, source: FrameSource) -> Iterator[int]:
        """Send what *source* gives; yield each durable sequence number told.

        Ends when the source has ended and the server has acknowledged all it will.
        The source is cancelled when the exchange ends in whatever way.
        """

    def close_run(self, closing: Closing) -> Closed:
        """End the run and return its receipt. Idempotent."""

    def fetch(self, run_id: str, after_seq: int) -> Iterator[Frame]:
        """Yield the server's frames behind *after_seq*."""

    def cancel(self) -> None:
        """Break whatever is running, from any thread; the transport is used up."""

    def shut(self) -> None:
        """Close the connection and free its threads."""
