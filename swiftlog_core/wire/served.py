"""The server's half of the messages: requests read, answers written.

The counterpart of ``calls``. Functions that read raise ``UsageError`` for what is no
such message, or says what cannot be.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from google.protobuf.message import DecodeError

from swiftlog_core.errors import UsageError
from swiftlog_core.wire.codec import (
    check_run_id,
    closing_from_pb,
    frame_from_pb,
    open_from_pb,
    opened_to_pb,
    receipt_to_pb,
)
from swiftlog_core.wire.v1 import swiftlog_pb2 as pb

if TYPE_CHECKING:
    from swiftlog_core.events import Frame, Receipt, RunInfo
    from swiftlog_core.wire.codec import Closing, Opened


class StreamStart(NamedTuple):
    """What the first message of a stream says."""

    run_id: str
    epoch: int


class FetchAfter(NamedTuple):
    """What a client that lost frames asks for."""

    run_id: str
    after_seq: int


def start_from_pb(message: pb.StreamFramesRequest) -> StreamStart:
    """Return the start in *message*, which must be a stream's first."""
    if message.WhichOneof("message") != "start":
        text = "a stream begins with StreamStart"
        raise UsageError(text)
    return StreamStart(check_run_id(message.start.run_id), message.start.epoch)


def part_from_pb(message: pb.StreamFramesRequest) -> Frame | None:
    """Return the frame in a later *message*; ``None`` for a heartbeat."""
    kind = message.WhichOneof("message")
    if kind == "frame":
        return frame_from_pb(message.frame)
    if kind == "start":
        text = "a stream has one StreamStart, at its beginning"
        raise UsageError(text)
    return None  # a heartbeat, or a message of a later version


def ack_to_pb(durable_seq: int) -> pb.StreamFramesResponse:
    """Return the message that says what is durable."""
    return pb.StreamFramesResponse(durable_seq=durable_seq)


def closed_to_pb(receipt: Receipt, run_url: str) -> pb.CloseRunResponse:
    """Return the answer to CloseRun."""
    return pb.CloseRunResponse(receipt=receipt_to_pb(receipt, run_url))


def fetch_from_pb(message: pb.FetchFramesRequest) -> FetchAfter:
    """Return what *message* asks for."""
    return FetchAfter(check_run_id(message.run_id), message.after_seq)


def open_from_bytes(body: bytes) -> RunInfo:
    """Return the run that an HTTP open request announces."""
    try:
        return open_from_pb(pb.OpenRunRequest.FromString(body))
    except DecodeError as error:
        raise _no_message("OpenRunRequest") from error


def closing_from_bytes(body: bytes) -> Closing:
    """Return what an HTTP close request says."""
    try:
        return closing_from_pb(pb.CloseRunRequest.FromString(body))
    except DecodeError as error:
        raise _no_message("CloseRunRequest") from error


def opened_bytes(opened: Opened, run_url: str) -> bytes:
    """Return the body of the answer to an HTTP open request."""
    return opened_to_pb(opened, run_url).SerializeToString()


def ack_bytes(durable_seq: int) -> bytes:
    """Return the body of the answer to an HTTP frames request."""
    return ack_to_pb(durable_seq).SerializeToString()


def closed_bytes(receipt: Receipt, run_url: str) -> bytes:
    """Return the body of the answer to an HTTP close request."""
    return closed_to_pb(receipt, run_url).SerializeToString()


def _no_message(name: str) -> UsageError:
    return UsageError(f"the body is no swiftlog.v1.{name} message")
