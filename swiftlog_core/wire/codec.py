"""Events to protobuf messages and back. No other module sees a ``_pb2`` name's fields.

Owns the translation and the checks that protobuf itself does not make: sizes of
names, known statuses, a well-formed run id. Raises ``FrameInvalidError`` or
``UsageError`` with a sentence that names the field.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple
from uuid import UUID

from swiftlog_core.errors import UsageError
from swiftlog_core.events import (
    STATUSES,
    ExitStatus,
    Frame,
    Position,
    Receipt,
    RunInfo,
)
from swiftlog_core.wire.v1 import swiftlog_pb2 as pb

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

PROTOCOL: Final = 1
MAX_NAME: Final = 200  # project and group
MAX_ARGV_BYTES: Final = 256 * 1024
MAX_META_PAIRS: Final = 200
MAX_META_BYTES: Final = 64 * 1024
UUID_VERSION: Final = 7


class Opened(NamedTuple):
    """The server's answer to OpenRun. ``receipt`` is set when the run is closed."""

    epoch: int
    position: Position
    server_version: str
    server_id: str
    http_url: str
    heartbeat_seconds: int
    max_frame_bytes: int
    receipt: Receipt | None


class Closing(NamedTuple):
    """What CloseRun says: how the run ended and what its log must be."""

    run_id: str
    epoch: int
    exit: ExitStatus
    position: Position
    sha256_stdout: bytes
    sha256_stderr: bytes
    gaps: int
    gap_bytes: int


def check_run_id(run_id: str) -> str:
    """Return *run_id* when it is a canonical UUIDv7; else raise ``UsageError``."""
    try:
        parsed = UUID(run_id)
    except ValueError:
        parsed = None
    if parsed is None or str(parsed) != run_id or parsed.version != UUID_VERSION:
        message = f"run id {run_id[:64]!r} is not a lower-case UUIDv7"
        raise UsageError(message)
    return run_id


def frame_to_pb(frame: Frame) -> pb.Frame:
    """Return the message for *frame*."""
    return pb.Frame(
        seq=frame.seq,
        first_line=frame.first_line,
        line_ends=frame.line_ends,
        text_size=frame.text_size,
        payload_size=frame.payload_size,
        payload=frame.payload,
        digest=frame.digest,
        t_first_ns=frame.t_first_ns,
        t_last_ns=frame.t_last_ns,
    )


def frame_from_pb(message: pb.Frame) -> Frame:
    """Return the frame of *message*; its content is not checked here."""
    return Frame(
        message.seq,
        message.first_line,
        message.line_ends,
        message.text_size,
        message.payload_size,
        message.payload,
        message.digest,
        message.t_first_ns,
        message.t_last_ns,
    )


def position_to_pb(position: Position) -> pb.Position:
    """Return the message for *position*."""
    return pb.Position(
        seq=position.seq,
        lines=position.lines,
        size=position.size,
        open_stdout=position.open_stdout,
        open_stderr=position.open_stderr,
        chain=position.chain,
    )


def position_from_pb(message: pb.Position) -> Position:
    """Return the position of *message*."""
    return Position(
        message.seq,
        message.lines,
        message.size,
        message.open_stdout,
        message.open_stderr,
        message.chain,
    )


def receipt_to_pb(receipt: Receipt, run_url: str = "") -> pb.Receipt:
    """Return the message for *receipt*."""
    return pb.Receipt(
        run_id=receipt.run_id,
        size=receipt.size,
        lines=receipt.lines,
        frames=receipt.frames,
        chain=receipt.chain,
        sha256_stdout=receipt.sha256_stdout,
        sha256_stderr=receipt.sha256_stderr,
        gaps=receipt.gaps,
        gap_bytes=receipt.gap_bytes,
        acknowledged_by=receipt.acknowledged_by,
        run_url=run_url,
    )


def receipt_from_pb(message: pb.Receipt) -> Receipt:
    """Return the receipt of *message*, without its URL."""
    return Receipt(
        message.run_id,
        message.size,
        message.lines,
        message.frames,
        message.chain,
        message.sha256_stdout,
        message.sha256_stderr,
        message.gaps,
        message.gap_bytes,
        message.acknowledged_by,
    )


def open_to_pb(info: RunInfo) -> pb.OpenRunRequest:
    """Return the OpenRun request for *info*."""
    return pb.OpenRunRequest(
        run_id=info.run_id,
        protocol=PROTOCOL,
        client_version=info.client_version,
        project=info.project,
        group=info.group,
        argv=info.argv,
        cwd=info.cwd,
        host=info.host,
        started_unix_ns=info.started_ns,
        tty=info.tty,
        merged=info.merged,
        meta=dict(info.meta),
        ci=dict(info.ci),
        parent_run_id=info.parent_run_id,
    )


def open_from_pb(message: pb.OpenRunRequest) -> RunInfo:
    """Return the run of *message*; raise ``UsageError`` for what cannot be stored."""
    check_run_id(message.run_id)
    if message.protocol != PROTOCOL:
        text = (
            f"protocol {message.protocol} is not spoken here, only {PROTOCOL}; update"
        )
        raise UsageError(text)
    for field, name in (("project", message.project), ("group", message.group)):
        _check_name(field, name)
    if sum(map(len, message.argv)) > MAX_ARGV_BYTES:
        text = f"argv has over {MAX_ARGV_BYTES} characters"
        raise UsageError(text)
    _check_pairs("meta", message.meta)
    _check_pairs("ci", message.ci)
    if message.parent_run_id:
        check_run_id(message.parent_run_id)
    return RunInfo(
        message.run_id,
        message.project,
        message.group,
        tuple(message.argv),
        message.cwd[:4096],
        message.started_unix_ns,
        message.host[:255],
        message.tty,
        message.merged,
        dict(message.meta),
        dict(message.ci),
        message.client_version[:64],
        message.parent_run_id,
    )


def opened_to_pb(opened: Opened, run_url: str = "") -> pb.OpenRunResponse:
    """Return the OpenRun answer."""
    return pb.OpenRunResponse(
        epoch=opened.epoch,
        position=position_to_pb(opened.position),
        server_version=opened.server_version,
        server_id=opened.server_id,
        http_url=opened.http_url,
        heartbeat_seconds=opened.heartbeat_seconds,
        max_frame_bytes=opened.max_frame_bytes,
        receipt=receipt_to_pb(opened.receipt, run_url) if opened.receipt else None,
    )


def opened_from_pb(message: pb.OpenRunResponse) -> Opened:
    """Return the answer of *message*."""
    closed = message.HasField("receipt")
    return Opened(
        message.epoch,
        position_from_pb(message.position),
        message.server_version,
        message.server_id,
        message.http_url,
        message.heartbeat_seconds,
        message.max_frame_bytes,
        receipt_from_pb(message.receipt) if closed else None,
    )


def closing_to_pb(closing: Closing) -> pb.CloseRunRequest:
    """Return the CloseRun request."""
    return pb.CloseRunRequest(
        run_id=closing.run_id,
        epoch=closing.epoch,
        status=closing.exit.status,
        exit_code=closing.exit.exit_code,
        signal=closing.exit.signal,
        cause=closing.exit.cause,
        duration_ns=closing.exit.duration_ns,
        position=position_to_pb(closing.position),
        sha256_stdout=closing.sha256_stdout,
        sha256_stderr=closing.sha256_stderr,
        gaps=closing.gaps,
        gap_bytes=closing.gap_bytes,
    )


def closing_from_pb(message: pb.CloseRunRequest) -> Closing:
    """Return the closing of *message*; raise ``UsageError`` for an unknown status."""
    check_run_id(message.run_id)
    if message.status not in STATUSES:
        text = f"status {message.status[:32]!r} is none of {', '.join(STATUSES)}"
        raise UsageError(text)
    code = message.exit_code if message.HasField("exit_code") else None
    return Closing(
        message.run_id,
        message.epoch,
        ExitStatus(
            message.status,
            code,
            message.signal,
            message.cause[:64],
            message.duration_ns,
        ),
        position_from_pb(message.position),
        message.sha256_stdout,
        message.sha256_stderr,
        message.gaps,
        message.gap_bytes,
    )


def batch_to_pb(epoch: int, frames: Iterable[Frame]) -> pb.FrameBatch:
    """Return the body of an HTTP frames request."""
    return pb.FrameBatch(epoch=epoch, frames=[frame_to_pb(f) for f in frames])


def _check_name(field: str, name: str) -> None:
    """Names are shown and put in URLs: no control characters, no edges of space."""
    if (
        not name
        or len(name) > MAX_NAME
        or name != name.strip()
        or not name.isprintable()
    ):
        text = f"{field} {name[:64]!r}: 1 to {MAX_NAME} printable characters are needed"
        raise UsageError(text)


def _check_pairs(field: str, pairs: Mapping[str, str]) -> None:
    size = sum(len(key) + len(value) for key, value in pairs.items())
    if len(pairs) > MAX_META_PAIRS or size > MAX_META_BYTES:
        text = (
            f"{field} has {len(pairs)} pairs and {size} characters; at most "
            f"{MAX_META_PAIRS} and {MAX_META_BYTES} are taken"
        )
        raise UsageError(text)
