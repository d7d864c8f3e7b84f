"""A small ingest server with the rules of the wire, in memory, with knobs to fail.

Both surfaces, gRPC and HTTP, over one ``Ledger``. It checks every frame like a
real one, and remembers how often each was sent.
"""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, NoReturn, Self

import grpc

from swiftlog_core.errors import (
    CloseMismatchError,
    FrameConflictError,
    IngestError,
    RunNotFoundError,
    SequenceGapError,
    SwiftLogError,
    TakenOverError,
)
from swiftlog_core.events import STDERR, STDOUT, Frame, Position, Receipt, RunInfo
from swiftlog_core.stream.layout import advance, decode, empty_position
from swiftlog_core.transport.address import Server, make_server
from swiftlog_core.wire.calls import (
    ERROR_METADATA,
    MEDIA_TYPE,
    ErrorDetail,
    batch_from_bytes,
    detail_to_bytes,
)
from swiftlog_core.wire.codec import (
    Closing,
    Opened,
    closing_from_pb,
    frame_from_pb,
    frame_to_pb,
    open_from_pb,
    opened_to_pb,
    receipt_to_pb,
)
from swiftlog_core.wire.v1 import swiftlog_pb2 as pb
from swiftlog_core.wire.v1 import swiftlog_pb2_grpc

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

STATUS = {
    "sequence_gap": grpc.StatusCode.OUT_OF_RANGE,
    "frame_conflict": grpc.StatusCode.DATA_LOSS,
    "taken_over": grpc.StatusCode.FAILED_PRECONDITION,
    "close_mismatch": grpc.StatusCode.FAILED_PRECONDITION,
    "run_not_found": grpc.StatusCode.NOT_FOUND,
    "unauthenticated": grpc.StatusCode.UNAUTHENTICATED,
    "unavailable": grpc.StatusCode.UNAVAILABLE,
}


class RefusedError(SwiftLogError):
    code = "unauthenticated"


class StoredRun:
    def __init__(self, info: RunInfo) -> None:
        self.info = info
        self.epoch = 0
        self.frames: list[Frame] = []
        self.position = empty_position(info.run_id)
        self.sent: list[int] = []
        self.heartbeats = 0
        self.closing: Closing | None = None
        self.receipt: Receipt | None = None


class Ledger:
    """The rules of the wire over runs in memory."""

    def __init__(self, token: str = "") -> None:
        self.token = token
        self.server_id = "test-server"
        self.http_url = ""
        self.heartbeat_seconds = 10
        self.runs: dict[str, StoredRun] = {}
        self.lock = threading.Condition()
        self.before_open: Callable[[], None] = lambda: None
        self.before_take: Callable[[Frame], None] = lambda _frame: None
        self.before_close_answer: Callable[[], None] = lambda: None
        self.opens = 0

    def check(self, authorization: str) -> None:
        if self.token and authorization != f"Bearer {self.token}":
            raise RefusedError("token_not_known")

    def open(self, info: RunInfo) -> Opened:
        self.before_open()
        with self.lock:
            self.opens += 1
            run = self.runs.setdefault(info.run_id, StoredRun(info))
            run.epoch += 1
            return Opened(
                run.epoch,
                run.position,
                "1",
                self.server_id,
                self.http_url,
                self.heartbeat_seconds,
                8 << 20,
                run.receipt,
            )

    def run_of(self, run_id: str, epoch: int) -> StoredRun:
        run = self.runs.get(run_id)
        if run is None:
            raise RunNotFoundError(run_id)
        if run.epoch != epoch:
            raise TakenOverError("taken-over", run.position.seq)
        return run

    def take(self, run_id: str, epoch: int, frame: Frame) -> int:
        self.before_take(frame)
        with self.lock:
            run = self.run_of(run_id, epoch)
            run.sent.append(frame.seq)
            durable = run.position.seq
            if frame.seq > durable + 1:
                raise SequenceGapError("skipped", durable)
            if frame.seq <= durable:
                if run.frames[frame.seq - 1].digest != frame.digest:
                    raise FrameConflictError("conflict", durable)
                return durable
            run.position = advance(run.position, frame, decode(frame))
            run.frames.append(frame)
            self.lock.notify_all()
            return run.position.seq

    def beat(self, run_id: str, epoch: int) -> int:
        with self.lock:
            run = self.run_of(run_id, epoch)
            run.heartbeats += 1
            self.lock.notify_all()
            return run.position.seq

    def close(self, closing: Closing) -> Receipt:
        with self.lock:
            run = self.run_of(closing.run_id, closing.epoch)
            if closing.position != run.position:
                raise CloseMismatchError("mismatch", run.position.seq)
            run.closing = closing
            run.receipt = receipt_of(
                run.info.run_id, run.frames, run.position
            )._replace(acknowledged_by=self.server_id)
        self.before_close_answer()
        return run.receipt

    def wait(self, ready: Callable[[], bool], seconds: float = 20) -> None:
        with self.lock:
            assert self.lock.wait_for(ready, seconds), "the server waited in vain"


def receipt_of(run_id: str, frames: list[Frame], position: Position) -> Receipt:
    hashes = {STDOUT: sha256(), STDERR: sha256()}
    gaps = gap_bytes = 0
    for frame in frames:
        body = decode(frame)
        offset = 0
        for stream, size in zip(body.streams, body.sizes, strict=True):
            hashes[stream].update(body.text[offset : offset + size])
            offset += size
        gaps += len(body.gaps)
        gap_bytes += sum(gap.size for gap in body.gaps)
    return Receipt(
        run_id,
        position.size,
        position.lines,
        position.seq,
        position.chain,
        hashes[STDOUT].digest(),
        hashes[STDERR].digest(),
        gaps,
        gap_bytes,
    )


class _Servicer(swiftlog_pb2_grpc.IngestServicer):
    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def OpenRun(self, request: Any, context: Any) -> Any:  # noqa: N802 - grpc's name
        return self._guard(
            context, lambda: opened_to_pb(self._ledger.open(open_from_pb(request)))
        )

    def StreamFrames(self, request_iterator: Any, context: Any) -> Any:  # noqa: N802 - grpc's name
        start = next(request_iterator).start
        self._guard(context, lambda: self._ledger.run_of(start.run_id, start.epoch))
        for message in request_iterator:
            if message.HasField("heartbeat"):
                yield pb.StreamFramesResponse(
                    durable_seq=self._ledger.beat(start.run_id, start.epoch)
                )
                continue
            frame = frame_from_pb(message.frame)
            seq = self._guard(
                context,
                lambda frame=frame: self._ledger.take(start.run_id, start.epoch, frame),
            )
            yield pb.StreamFramesResponse(durable_seq=seq)

    def CloseRun(self, request: Any, context: Any) -> Any:  # noqa: N802 - grpc's name
        receipt = self._guard(
            context, lambda: self._ledger.close(closing_from_pb(request))
        )
        return pb.CloseRunResponse(receipt=receipt_to_pb(receipt, "http://ui/run"))

    def FetchFrames(self, request: Any, _context: Any) -> Iterator[Any]:  # noqa: N802 - grpc's name
        for frame in self._ledger.runs[request.run_id].frames[request.after_seq :]:
            yield frame_to_pb(frame)

    def _guard(self, context: Any, call: Callable[[], Any]) -> Any:
        try:
            self._ledger.check(dict(context.invocation_metadata()).get("authorization"))
            return call()
        except SwiftLogError as error:
            self._abort(context, error)

    def _abort(self, context: Any, error: SwiftLogError) -> NoReturn:
        detail = detail_of(error)
        context.set_trailing_metadata(((ERROR_METADATA, detail_to_bytes(detail)),))
        status = STATUS.get(error.code, grpc.StatusCode.INVALID_ARGUMENT)
        context.abort(status, str(error))
        raise AssertionError


def detail_of(error: SwiftLogError) -> ErrorDetail:
    durable = error.durable_seq if isinstance(error, IngestError) else 0
    return ErrorDetail(error.code, str(error), durable)


class IngestServer:
    """The gRPC surface on a port of loopback; ``stop`` cuts every stream at once."""

    def __init__(
        self,
        ledger: Ledger | None = None,
        port: int = 0,
        tls: tuple[bytes, bytes] | None = None,
    ) -> None:
        self.ledger = ledger or Ledger()
        self._pool = ThreadPoolExecutor(16)
        self._server = grpc.server(self._pool, options=SERVER_OPTIONS)
        swiftlog_pb2_grpc.add_IngestServicer_to_server(
            _Servicer(self.ledger), self._server
        )
        address = f"127.0.0.1:{port}"
        if tls is None:
            self.port = self._server.add_insecure_port(address)
        else:
            credentials = grpc.ssl_server_credentials([tls])
            self.port = self._server.add_secure_port(address, credentials)
        self._server.start()

    def address(self, **more: str) -> Server:
        return make_server(f"127.0.0.1:{self.port}", **more)

    def stop(self) -> None:
        self._server.stop(None).wait()
        self._pool.shutdown()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


SERVER_OPTIONS = (
    ("grpc.so_reuseport", 0),
    ("grpc.max_receive_message_length", 16 << 20),
)


class HttpIngestServer:
    """The HTTP surface of a ledger."""

    def __init__(self, ledger: Ledger) -> None:
        outer = self
        self.ledger = ledger
        self.answer_with = 0  # a status that somebody else answers with
        self.answer_body = b""
        self.answer_type = MEDIA_TYPE

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                status, answer = outer.handle(self.path, body, dict(self.headers))
                self.send_response(status)
                self.send_header("content-type", outer.answer_type)
                self.send_header("content-length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_: object) -> None:
                """Stay silent."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()

    def handle(
        self, path: str, body: bytes, headers: dict[str, str]
    ) -> tuple[int, bytes]:
        if self.answer_with:
            return self.answer_with, self.answer_body
        run_id, call = path.removeprefix("/api/v1/ingest/").split("/")
        try:
            self.ledger.check(headers.get("authorization", ""))
            return 200, self._answer(run_id, call, body)
        except SwiftLogError as error:
            status = 401 if error.code == "unauthenticated" else 409
            return status, detail_to_bytes(detail_of(error))

    def _answer(self, run_id: str, call: str, body: bytes) -> bytes:
        if call == "open":
            info = open_from_pb(pb.OpenRunRequest.FromString(body))
            return opened_to_pb(self.ledger.open(info)).SerializeToString()
        if call == "close":
            closing = closing_from_pb(pb.CloseRunRequest.FromString(body))
            receipt = receipt_to_pb(self.ledger.close(closing), "http://ui/run")
            return pb.CloseRunResponse(receipt=receipt).SerializeToString()
        epoch, frames = batch_from_bytes(body)
        seq = self.ledger.beat(run_id, epoch) if not frames else 0
        for frame in frames:
            seq = self.ledger.take(run_id, epoch, frame)
        return pb.StreamFramesResponse(durable_seq=seq).SerializeToString()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
