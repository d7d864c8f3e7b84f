"""The one door to grpc: runs, frames and receipts over one channel.

Importing this module costs about 90 ms, so only code that has a server to talk to
does it. The synchronous API is used on purpose: the recorder has threads and no
event loop. Each ``GrpcTransport`` is one attempt: when and whether to make another
is the shipper's business, so grpc's own retries and shared back-off are off.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NoReturn, TypeVar, cast

# grpc's core writes remarks about connections to stderr, which is our user's.
os.environ.setdefault("GRPC_VERBOSITY", "NONE")  # noqa: TID251 - grpc's switch, not a setting

import grpc  # it reads the switch when it is imported

from swiftlog_core.errors import ServerIncompatibleError, ServerUnreachableError
from swiftlog_core.transport.answers import error_of_detail, error_of_status
from swiftlog_core.wire.calls import (
    ERROR_METADATA,
    Closed,
    closed_from_pb,
    detail_from_bytes,
    fetch_request,
    frame_request,
    heartbeat_request,
    start_request,
)
from swiftlog_core.wire.codec import (
    closing_to_pb,
    frame_from_pb,
    open_to_pb,
    opened_from_pb,
)
from swiftlog_core.wire.v1.swiftlog_pb2_grpc import IngestStub

if TYPE_CHECKING:
    from collections.abc import Iterator

    from swiftlog_core.events import Frame, RunInfo
    from swiftlog_core.transport.address import Server
    from swiftlog_core.transport.interfaces import FrameSource
    from swiftlog_core.wire.codec import Closing, Opened

CALL_SECONDS: Final = 10.0
MAX_MESSAGE_BYTES: Final = 16 * 1024 * 1024  # a frame's payload has at most 8 MiB
_Request = TypeVar("_Request")
_Response = TypeVar("_Response")

_OPTIONS: Final = (
    ("grpc.max_send_message_length", MAX_MESSAGE_BYTES),
    ("grpc.max_receive_message_length", MAX_MESSAGE_BYTES),
    # Proxies and NATs forget quiet connections after 60 s, some after 30.
    ("grpc.keepalive_time_ms", 20_000),
    ("grpc.keepalive_timeout_ms", 10_000),
    ("grpc.http2.max_pings_without_data", 0),
    ("grpc.enable_retries", 0),
    # Without it, channels of one process share the back-off of an address, and a
    # restarted server is not noticed for up to two minutes.
    ("grpc.use_local_subchannel_pool", 1),
)


class GrpcTransport:
    """One channel to the server. See ``Transport`` for the contract."""

    def __init__(self, server: Server, *, call_seconds: float = CALL_SECONDS) -> None:
        """Make the channel; nothing is sent before ``open``.

        *call_seconds* bounds every call but the exchange.
        """
        self._address = server.address.target
        self._seconds = call_seconds
        self._metadata = (
            (("authorization", f"Bearer {server.token}"),) if server.token else ()
        )
        self._channel = _channel(server)
        self._stub = IngestStub(self._channel)

    def open(self, info: RunInfo) -> Opened:
        """Create the run, or take it over."""
        return opened_from_pb(self._call(self._stub.OpenRun, open_to_pb(info)))

    def close_run(self, closing: Closing) -> Closed:
        """End the run and return its receipt. Idempotent."""
        return closed_from_pb(self._call(self._stub.CloseRun, closing_to_pb(closing)))

    def exchange(self, run_id: str, epoch: int, source: FrameSource) -> Iterator[int]:
        """Send what *source* gives; yield each durable sequence number told.

        grpc takes the requests on a thread of its own: *source* is read there.
        """
        try:
            call = self._stub.StreamFrames(
                _requests(run_id, epoch, source), metadata=self._metadata
            )
            for response in call:
                yield response.durable_seq
        except grpc.RpcError as error:
            self._fail(error)
        except ValueError as error:  # cancelled before it began
            raise ServerUnreachableError(self._address, str(error)) from error
        finally:
            source.cancel()

    def fetch(self, run_id: str, after_seq: int) -> Iterator[Frame]:
        """Yield the server's frames behind *after_seq*."""
        request = fetch_request(run_id, after_seq)
        try:
            for message in self._stub.FetchFrames(request, metadata=self._metadata):
                yield frame_from_pb(message)
        except grpc.RpcError as error:
            self._fail(error)

    def cancel(self) -> None:
        """Break whatever call is running, from any thread, and allow no other."""
        self._channel.close()

    def shut(self) -> None:
        """Close the connection and free its threads."""
        self._channel.close()

    def _call(
        self,
        method: grpc.UnaryUnaryMultiCallable[_Request, _Response],
        request: _Request,
    ) -> _Response:
        try:
            return method(request, metadata=self._metadata, timeout=self._seconds)
        except grpc.RpcError as error:
            self._fail(error)
        except ValueError as error:  # cancelled before it began
            raise ServerUnreachableError(self._address, str(error)) from error

    def _fail(self, error: grpc.RpcError) -> NoReturn:
        # Every error that grpc raises from a call is that call as well.
        call = cast("grpc.Call", error)
        for key, value in call.trailing_metadata() or ():
            if key == ERROR_METADATA:
                try:
                    detail = detail_from_bytes(cast("bytes", value))
                except ValueError as broken:
                    raise ServerIncompatibleError(self._address, str(broken)) from error
                raise error_of_detail(detail, self._address) from error
        text = call.details() or ""
        raise error_of_status(call.code().name, text, self._address) from error


def _requests(run_id: str, epoch: int, source: FrameSource) -> Iterator[Any]:
    yield start_request(run_id, epoch)
    while (frames := source.take()) is not None:
        if not frames:
            yield heartbeat_request()
        for frame in frames:
            yield frame_request(frame)


def _channel(server: Server) -> grpc.Channel:
    address = server.address
    options: list[tuple[str, Any]] = [*_OPTIONS]
    if address.loopback:
        options.append(("grpc.enable_http_proxy", 0))
    if not address.secure:
        return grpc.insecure_channel(address.target, options)
    roots = Path(server.ca_file).read_bytes() if server.ca_file else None
    return grpc.secure_channel(
        address.target, grpc.ssl_channel_credentials(roots), options
    )
