"""The HTTP door of the ingest, for networks that let no gRPC pass.

The same messages as bodies, the same rules behind. Errors are ``ErrorDetail``
messages with an HTTP status, also those of authentication.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Request, Response
from fastapi.routing import APIRoute
from typing_extensions import override

from swiftlog_core.errors import SwiftLogError, UsageError
from swiftlog_core.wire.calls import MEDIA_TYPE, batch_from_bytes, detail_to_bytes
from swiftlog_core.wire.codec import check_run_id
from swiftlog_core.wire.served import (
    ack_bytes,
    closed_bytes,
    closing_from_bytes,
    open_from_bytes,
    opened_bytes,
)
from swiftlog_server.accounts.access import Recorder
from swiftlog_server.errors import (
    MediaTypeError,
    RateLimitedError,
    UnavailableError,
    status_of,
)
from swiftlog_server.runs.answers import (
    NO_PAGE,
    IngestFacts,
    error_detail,
    opened_answer,
)
from swiftlog_server.runs.commands import (
    AppendCommand,
    Appended,
    CloseCommand,
    ClosedRun,
    OpenCommand,
    OpenedRun,
)
from swiftlog_server.runs.ingest import IngestService
from swiftlog_server.runs.streams import IngestStreams
from swiftlog_server.web.openapi import ERROR_MEDIA
from swiftlog_server.web.provide import Provided
from swiftlog_server.web.schemas import Responses

_PROTOBUF: Final[dict[str, Any]] = {MEDIA_TYPE: {}}
# What OpenAPI cannot see: bodies and errors are messages.
_MESSAGES: Final[dict[str, Any]] = {
    "requestBody": {"required": True, "content": _PROTOBUF},
    ERROR_MEDIA: MEDIA_TYPE,
}


class _ProtobufRoute(APIRoute):
    """Answers errors, those of its dependencies too, as ``ErrorDetail`` messages."""

    @override
    def get_route_handler(
        self,
    ) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the framework's handler with errors turned into answers."""
        handle = super().get_route_handler()

        async def handle_or_explain(request: Request) -> Response:
            try:
                return await handle(request)
            except SwiftLogError as error:
                status = status_of(error)
                if status is None:
                    raise
                body = detail_to_bytes(error_detail(error))
                headers = {}
                if isinstance(error, (RateLimitedError, UnavailableError)):
                    headers["Retry-After"] = str(error.retry_after)
                return Response(body, status.http, headers, media_type=MEDIA_TYPE)

        return handle_or_explain


router = APIRouter(prefix="/api/v1/ingest", tags=["ingest"], route_class=_ProtobufRoute)


async def _body(request: Request) -> bytes:
    """Return the body, which must say that it is a message."""
    sent = request.headers.get("content-type", "").partition(";")[0].strip()
    if sent != MEDIA_TYPE:
        raise MediaTypeError(sent, MEDIA_TYPE)
    return await request.body()


_Body = Annotated[bytes, Depends(_body)]
_ANSWERS: Final[Responses] = {200: {"content": _PROTOBUF}, 409: {}}
_Streams = Annotated[IngestStreams, Depends(Provided(IngestStreams))]
_Service = Annotated[IngestService, Depends(Provided(IngestService))]
_Facts = Annotated[IngestFacts, Depends(Provided(IngestFacts))]


@router.post("/{run_id}/open", responses=_ANSWERS, openapi_extra=_MESSAGES)
async def open_run(
    run_id: str, recorder: Recorder, body: _Body, streams: _Streams, facts: _Facts
) -> Response:
    """Create the run, or take it over: `OpenRunRequest` to `OpenRunResponse`."""
    info = open_from_bytes(body)
    _check_same(run_id, info.run_id)
    outcome = await streams.execute(OpenCommand(recorder, info))
    if not isinstance(outcome, OpenedRun):
        raise _failure(outcome)
    return _answer(opened_bytes(opened_answer(outcome, facts), NO_PAGE))


@router.post("/{run_id}/frames", responses=_ANSWERS, openapi_extra=_MESSAGES)
async def take_frames(
    run_id: str,
    recorder: Recorder,
    body: _Body,
    streams: _Streams,
    service: _Service,
) -> Response:
    """Take frames, in order: `FrameBatch` to `StreamFramesResponse`.

    A batch without frames is a heartbeat.
    """
    try:
        epoch, frames = batch_from_bytes(body)
    except ValueError as error:
        message = "the body is no swiftlog.v1.FrameBatch message"
        raise UsageError(message) from error
    opened = await streams.in_thread(
        service.attach, recorder, check_run_id(run_id), epoch
    )
    durable = opened.position.seq
    if not frames:
        await streams.in_thread(service.touch, [(run_id, epoch)])
        return _answer(ack_bytes(durable))
    position, checked = opened.position, []
    for frame in frames:
        checked.append(await streams.check(position, frame, durable))
        position = checked[-1].end or position
    outcome = await streams.execute(
        AppendCommand(run_id, epoch, opened.position, tuple(checked))
    )
    if not isinstance(outcome, Appended):
        raise _failure(outcome)
    return _answer(ack_bytes(outcome.durable_seq))


@router.post("/{run_id}/close", responses=_ANSWERS, openapi_extra=_MESSAGES)
async def close_run(
    run_id: str, recorder: Recorder, body: _Body, streams: _Streams
) -> Response:
    """End the run: `CloseRunRequest` to `CloseRunResponse`."""
    closing = closing_from_bytes(body)
    _check_same(run_id, closing.run_id)
    outcome = await streams.execute(CloseCommand(recorder, closing))
    if not isinstance(outcome, ClosedRun):
        raise _failure(outcome)
    return _answer(closed_bytes(outcome.receipt, NO_PAGE))


def _check_same(in_path: str, in_body: str) -> None:
    if in_path != in_body:
        message = f"the body is about run {in_body}, the address about another"
        raise UsageError(message)


def _answer(body: bytes) -> Response:
    return Response(body, media_type=MEDIA_TYPE)


def _failure(outcome: object) -> Exception:
    return outcome if isinstance(outcome, Exception) else TypeError(repr(outcome))
