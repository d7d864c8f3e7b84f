"""The gRPC door of the ingest.

Owns what is gRPC about it: metadata, status codes, the two directions of a stream.
The rules live behind ``IngestStreams`` and ``IngestService``.
"""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import grpc
import structlog
from typing_extensions import override

from swiftlog_core.errors import SwiftLogError
from swiftlog_core.stream.layout import MAX_PAYLOAD_BYTES
from swiftlog_core.wire.calls import ERROR_METADATA, ErrorDetail, detail_to_bytes
from swiftlog_core.wire.codec import (
    Opened,
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
from swiftlog_core.wire.v1.swiftlog_pb2_grpc import IngestServicer
from swiftlog_server.errors import UnauthenticatedError, status_of
from swiftlog_server.runs.commands import (
    CloseCommand,
    ClosedRun,
    OpenCommand,
    OpenedRun,
)
from swiftlog_server.runs.ingest import HEARTBEAT_SECONDS

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from swiftlog_core.events import Frame
    from swiftlog_core.wire.v1 import swiftlog_pb2 as pb
    from swiftlog_server.accounts.interfaces import Authenticator, Principal
    from swiftlog_server.runs.ingest import IngestService
    from swiftlog_server.runs.streams import IngestStreams, StreamSession

_FETCH_FRAMES: Final = 16  # read at once for a client that lost its own
_SCHEME: Final = "bearer "
_MESSAGE_CHARACTERS: Final = 1000  # of an error; metadata is limited to 8 KiB

_log = structlog.get_logger(__name__)


class ServerFacts(NamedTuple):
    """What a recorder is told of this server when it opens a run.

    ``name`` is the installation's, for receipts; ``http_url`` the base of REST.
    """

    version: str
    name: str
    http_url: str


def opened_answer(opened: OpenedRun, facts: ServerFacts) -> Opened:
    """Return the answer to an OpenRun by either door."""
    return Opened(
        opened.epoch,
        opened.position,
        facts.version,
        facts.name,
        facts.http_url,
        HEARTBEAT_SECONDS,
        MAX_PAYLOAD_BYTES,
        opened.receipt,
    )


def error_detail(error: SwiftLogError) -> ErrorDetail:
    """Return what is said of *error* beyond its status, by either door."""
    durable_seq = getattr(error, "durable_seq", 0)
    return ErrorDetail(error.code, str(error)[:_MESSAGE_CHARACTERS], durable_seq)


class IngestRpc(IngestServicer):
    """The servicer; runs on one event loop."""

    def __init__(
        self,
        service: IngestService,
        streams: IngestStreams,
        authenticator: Authenticator,
        facts: ServerFacts,
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
                return opened_to_pb(opened_answer(outcome, self._facts))
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
                return closed_to_pb(outcome.receipt, "")
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
