"""The messages around the codec's: a stream's parts, answers as bytes, errors.

Owns what travels on ``StreamFrames``, as the body of an HTTP ingest request or
answer, and as an error's detail. Functions that read bytes raise ``ValueError``
when those are no such message: whoever sent them is not a SwiftLog server.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from google.protobuf.message import DecodeError

from swiftlog_core.wire.codec import (
    batch_to_pb,
    closing_to_pb,
    frame_from_pb,
    frame_to_pb,
    open_to_pb,
    opened_from_pb,
    receipt_from_pb,
)
from swiftlog_core.wire.v1 import swiftlog_pb2 as pb

if TYPE_CHECKING:
    from collections.abc import Iterable

    from swiftlog_core.events import Frame, Receipt, RunInfo
    from swiftlog_core.wire.codec import Closing, Opened

ERROR_METADATA: Final = "swiftlog-error-bin"
MEDIA_TYPE: Final = "application/x-protobuf"


class ErrorDetail(NamedTuple):
    """What a server says about an error beyond its status."""

    code: str
    message: str
    durable_seq: int = 0


class Closed(NamedTuple):
    """The answer to CloseRun: the server's receipt and where people see the run."""

    receipt: Receipt
    run_url: str


def start_request(run_id: str, epoch: int) -> pb.StreamFramesRequest:
    """Return the first message of a stream."""
    return pb.StreamFramesRequest(start=pb.StreamStart(run_id=run_id, epoch=epoch))


def frame_request(frame: Frame) -> pb.StreamFramesRequest:
    """Return the message that carries *frame*."""
    return pb.StreamFramesRequest(frame=frame_to_pb(frame))


def heartbeat_request() -> pb.StreamFramesRequest:
    """Return the message that says: still here."""
    return pb.StreamFramesRequest(heartbeat=pb.Heartbeat())


def fetch_request(run_id: str, after_seq: int) -> pb.FetchFramesRequest:
    """Return the request for the frames behind *after_seq*."""
    return pb.FetchFramesRequest(run_id=run_id, after_seq=after_seq)


def closed_from_pb(message: pb.CloseRunResponse) -> Closed:
    """Return the answer of *message*."""
    return Closed(receipt_from_pb(message.receipt), message.receipt.run_url)


def open_bytes(info: RunInfo) -> bytes:
    """Return the body of an HTTP open request."""
    return open_to_pb(info).SerializeToString()


def batch_bytes(epoch: int, frames: Iterable[Frame]) -> bytes:
    """Return the body of an HTTP frames request; no frame at all is a heartbeat."""
    return batch_to_pb(epoch, frames).SerializeToString()


def closing_bytes(closing: Closing) -> bytes:
    """Return the body of an HTTP close request."""
    return closing_to_pb(closing).SerializeToString()


def batch_from_bytes(body: bytes) -> tuple[int, list[Frame]]:
    """Return the epoch and the frames of an HTTP frames request."""
    try:
        message = pb.FrameBatch.FromString(body)
    except DecodeError as error:
        raise ValueError(str(error)) from error
    return message.epoch, [frame_from_pb(frame) for frame in message.frames]


def frame_from_bytes(data: bytes) -> Frame:
    """Return one frame of a download; its content is not checked here."""
    try:
        return frame_from_pb(pb.Frame.FromString(data))
    except DecodeError as error:
        raise ValueError(str(error)) from error


def opened_from_bytes(body: bytes) -> Opened:
    """Return the answer to an HTTP open request."""
    try:
        return opened_from_pb(pb.OpenRunResponse.FromString(body))
    except DecodeError as error:
        raise ValueError(str(error)) from error


def durable_from_bytes(body: bytes) -> int:
    """Return the durable sequence number in the answer to an HTTP frames request."""
    try:
        return pb.StreamFramesResponse.FromString(body).durable_seq
    except DecodeError as error:
        raise ValueError(str(error)) from error


def closed_from_bytes(body: bytes) -> Closed:
    """Return the answer to an HTTP close request."""
    try:
        return closed_from_pb(pb.CloseRunResponse.FromString(body))
    except DecodeError as error:
        raise ValueError(str(error)) from error


def detail_to_bytes(detail: ErrorDetail) -> bytes:
    """Return *detail* for the trailing metadata or an HTTP body."""
    return pb.ErrorDetail(**detail._asdict()).SerializeToString()


def detail_from_bytes(data: bytes) -> ErrorDetail:
    """Return the detail of an error."""
    try:
        message = pb.ErrorDetail.FromString(data)
    except DecodeError as error:
        raise ValueError(str(error)) from error
    return ErrorDetail(message.code, message.message, message.durable_seq)
