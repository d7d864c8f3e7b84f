"""The gRPC door of the ingest.

Owns what is gRPC about it: metadata, status codes, the two directions of a stream.
The rules live behind ``IngestStreams`` and ``IngestService``.
"""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

import grpc
import structlog
from typing_extensions import override

from swiftlog_core.errors import SwiftLogError
from swiftlog_core.wire.calls import ERROR_METADATA, detail_to_bytes
from swiftlog_core.wire.codec import (
    closing_from_pb,
    frame_to_pb,
    open_from_pb,
    opened_to_pb,
)
from swiftlog_core.wire.served import (
    ack_to_pb,
    closed_to_pb,
    fetch_from_pb,
    part_from_pb,
    start_from_pb,
)
from swiftlog_core.wire.v1.swiftlog_pb2_grpc import (
    IngestServicer,
    add_IngestServicer_to_server,
)
from swiftlog_server.errors import UnauthenticatedError, status_of
from swiftlog_server.runs.answers import NO_PAGE, error_detail, opened_answer
from swiftlog_server.runs.commands import (
    CloseCommand,
    ClosedRun,
    OpenCommand,
    OpenedRun,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from swiftlog_core.events import Frame
    from swiftlog_core.wire.v1 import swiftlog_pb2 as pb
    from swiftlog_server.accounts.interfaces import Authenticator, Principal
    from swiftlog_server.runs.answers import IngestFacts
    from swiftlog_server.runs.ingest import IngestService
    from swiftlog_server.runs.streams import IngestStreams, StreamSession

_FETCH_FRAMES: Final = 16  # read at once for a client that lost its own
_SCHEME: Final = "bearer "
MAX_MESSAGE_BYTES: Final = 16 * 1024 * 1024  # a frame's payload has at most 8 MiB
_OPTIONS: Final = (
    ("grpc.so_reuseport", 0),  # a taken port is an error, not half of the runs
    ("grpc.max_receive_message_length", MAX_MESSAGE_BYTES),
    ("grpc.max_send_message_length", MAX_MESSAGE_BYTES),
    # Recorders ping every 20 s, also without a call: that is no abuse.
    ("grpc.keepalive_permit_without_calls", 1),
    ("grpc.http2.min_ping_interval_without_data_ms", 5_000),
    ("grpc.http2.max_ping_strikes", 0),
    # And we notice a recorder whose machine is gone.
    ("grpc.keepalive_time_ms", 30_000),
    ("grpc.keepalive_timeout_ms", 20_000),
)

_log = structlog.get_logger(__name__)


def build_server(rpc: IngestRpc) -> grpc.aio.Server:
    """Return a server for *rpc* without a port, made on the loop that will run it."""
    server = grpc.aio.server(options=_OPTIONS)
    add_IngestServicer_to_server(rpc, server)
    return server


def add_port(
    server: grpc.aio.Server, address: str, tls: tuple[bytes, bytes] | None
) -> int:
    """Listen on *address* and return the port; *tls* is (key, certificate chain).

    Raises ``OSError``.
    """
    try:
        if tls is None:
            return server.add_insecure_port(address)
        credentials = grpc.ssl_server_credentials([tls])
        return server.add_secure_port(address, credentials)
    except RuntimeError as error:
        raise OSError(str(error)) from error


class IngestRpc(IngestServicer):
    """The servicer; runs on one event loop."""

    def __init__(
        self,
        service: IngestService,
        streams: IngestStreams,
        authenticator: Authenticator,
        facts: IngestFacts,
    ) -> None:
        """Serve *streams*; let in whom *authenticator* knows."""
        self._service = service
        self._streams = streams
        self._authenticator = authenticator
        self._facts = facts

    @override
    async def OpenRun(
        self, request: pb.OpenRunRequest, context: grpc.aio.ServicerContext[Any, Any]
    ) -> pb.OpenRunResponse:
        """Create the run, or take it over."""
        async with _answering(context):
            principal = await self._principal(context)
            command = OpenCommand(principal, open_from_pb(request))
            outcome = await self._streams.execute(command)
            if isinstance(outcome, OpenedRun):
                return opened_to_pb(opened_answer(outcome, self._facts), NO_PAGE)
            raise _unexpected(outcome)
        raise AssertionError  # _answering has aborted the call

    @override
    async def StreamFrames(
        self,
        request_iterator: AsyncIterator[pb.StreamFramesRequest],
        context: grpc.aio.ServicerContext[Any, Any],
    ) -> AsyncIterator[pb.StreamFramesResponse]:
        """Take frames and heartbeats; tell what is durable."""
        async with _answering(context):
            principal = await self._principal(context)
            start = start_from_pb(await anext(request_iterator))
            session = await self._streams.attach(principal, *start)
            reader = asyncio.create_task(_read(request_iterator, session))
            try:
                async for durable_seq in _acks(session):
                    yield ack_to_pb(durable_seq)
            finally:
                reader.cancel()
                self._streams.detach(session)

    @override
    async def CloseRun(
        self, request: pb.CloseRunRequest, context: grpc.aio.ServicerContext[Any, Any]
    ) -> pb.CloseRunResponse:
        """End the run and answer with its receipt."""
        async with _answering(context):
            principal = await self._principal(context)
            command = CloseCommand(principal, closing_from_pb(request))
            outcome = await self._streams.execute(command)
            if isinstance(outcome, ClosedRun):
                return closed_to_pb(outcome.receipt, NO_PAGE)
            raise _unexpected(outcome)
        raise AssertionError  # _answering has aborted the call

    @override
    async def FetchFrames(
        self,
        request: pb.FetchFramesRequest,
        context: grpc.aio.ServicerContext[Any, Any],
    ) -> AsyncIterator[pb.Frame]:
        """Give frames back to a recorder that lost its own."""
        async with _answering(context):
            principal = await self._principal(context)
            asked = fetch_from_pb(request)
            frames = await self._streams.in_thread(
                self._service.fetch, principal, *asked
            )
            while page := await self._streams.in_thread(_page, frames):
                for frame in page:
                    yield frame_to_pb(frame)

    async def _principal(
        self, context: grpc.aio.ServicerContext[Any, Any]
    ) -> Principal:
        token = _token(context)
        known = self._authenticator.cached(token)
        if known is not None:
            return known
        return await self._streams.in_thread(self._authenticator.authenticate, token)


async def _read(
    requests: AsyncIterator[pb.StreamFramesRequest], session: StreamSession
) -> None:
    """Move what the recorder sends into its session, until it ends or fails."""
    try:
        async for message in requests:
            frame = part_from_pb(message)
            if frame is None:
                session.heard = True
            else:
                await session.take(frame)
        session.end()
    except Exception as error:  # noqa: BLE001 - raised by whoever acknowledges
        session.fail(error)


async def _acks(session: StreamSession) -> AsyncIterator[int]:
    """Yield each new durable number, until all is told; then raise what went wrong."""
    while True:
        await session.changed.wait()
        session.changed.clear()
        if session.ack_due:
            session.ack_due = False
            yield session.durable_seq
        if session.over:
            break
    if session.failure is not None:
        raise session.failure


def _page(frames: Iterator[Frame]) -> list[Frame]:
    return list(islice(frames, _FETCH_FRAMES))


def _token(context: grpc.aio.ServicerContext[Any, Any]) -> str:
    for key, value in context.invocation_metadata() or ():
        if key == "authorization":
            text = value.decode("latin-1") if isinstance(value, bytes) else value
            if text[: len(_SCHEME)].lower() == _SCHEME:
                return text[len(_SCHEME) :].strip()
    message = "no token was sent"
    raise UnauthenticatedError(message)


def _unexpected(outcome: object) -> Exception:
    return outcome if isinstance(outcome, Exception) else TypeError(repr(outcome))


@asynccontextmanager
async def _answering(
    context: grpc.aio.ServicerContext[Any, Any],
) -> AsyncIterator[None]:
    """Turn an error into the call's status, its detail into trailing metadata."""
    try:
        yield
    except SwiftLogError as error:
        status = status_of(error)
        if status is not None:
            detail = error_detail(error)
            await context.abort(
                grpc.StatusCode[status.grpc],
                detail.message,
                ((ERROR_METADATA, detail_to_bytes(detail)),),
            )
        _log.exception("error_without_status", code=error.code)
        await context.abort(grpc.StatusCode.INTERNAL, "the server failed at this")
    except StopAsyncIteration:
        message = "the stream ended before it began"
        await context.abort(grpc.StatusCode.INVALID_ARGUMENT, message)
    except (grpc.RpcError, grpc.aio.AbortError):
        raise
    except Exception:  # noqa: BLE001 - a bug; the recorder must hear of it
        _log.exception("rpc_failed")
        await context.abort(grpc.StatusCode.INTERNAL, "the server failed at this")
