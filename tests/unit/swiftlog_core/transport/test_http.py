"""The HTTP transport: the same face, the same errors."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from swiftlog_core.errors import (
    ServerIncompatibleError,
    ServerRefusedError,
    ServerUnreachableError,
    TakenOverError,
)
from swiftlog_core.transport.address import make_server
from swiftlog_core.transport.http import HttpTransport
from tests.unit.swiftlog_core.transport.ingest_server import HttpIngestServer, Ledger
from tests.unit.swiftlog_core.transport.recording import Recording, run_info
from tests.unit.swiftlog_core.transport.test_grpc import Frames

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SERVER = make_server("127.0.0.1:1", token="swl_good")


@pytest.fixture
def server() -> Iterator[HttpIngestServer]:
    with HttpIngestServer(Ledger(token="swl_good")) as server:
        yield server


@pytest.fixture
def transport(server: HttpIngestServer) -> Iterator[HttpTransport]:
    transport = HttpTransport(SERVER, server.url)
    yield transport
    transport.shut()


def test_frames_and_heartbeats_are_acknowledged(
    transport: HttpTransport, server: HttpIngestServer, tmp_path: Path
) -> None:
    recording = Recording(tmp_path / "run.slog")
    recording.lines()
    recording.lines()
    opened = transport.open(recording.info)
    source = Frames(recording.frames[:1], [], recording.frames[1:])
    acks = [*transport.exchange(recording.info.run_id, opened.epoch, source)]
    assert acks == [1, 1, 2]
    assert source.cancelled.is_set()
    assert server.ledger.runs[recording.info.run_id].heartbeats == 1


def test_an_error_keeps_its_kind(transport: HttpTransport) -> None:
    info = run_info()
    first = transport.open(info)
    transport.open(info)
    recording = Frames([])
    with pytest.raises(TakenOverError):
        [*transport.exchange(info.run_id, first.epoch, recording)]


def test_a_wrong_token_is_refused(server: HttpIngestServer) -> None:
    transport = HttpTransport(make_server("127.0.0.1:1", token="bad"), server.url)
    with pytest.raises(ServerRefusedError) as caught:
        transport.open(run_info())
    assert caught.value.server_code == "unauthenticated"
    transport.shut()


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (502, ServerUnreachableError),
        (404, ServerIncompatibleError),
        (403, ServerRefusedError),
        (200, ServerIncompatibleError),
    ],
)
def test_an_answer_of_somebody_else_has_its_meaning(
    transport: HttpTransport,
    server: HttpIngestServer,
    status: int,
    kind: type[Exception],
) -> None:
    server.answer_with, server.answer_body = status, b"<html>"
    with pytest.raises(kind):
        transport.open(run_info())


def test_an_error_told_as_json_is_read(
    transport: HttpTransport, server: HttpIngestServer
) -> None:
    server.answer_with = 403
    server.answer_type = "application/json"
    server.answer_body = b'{"error": "read only", "code": "scope_too_low"}'
    with pytest.raises(ServerRefusedError, match="read only"):
        transport.open(run_info())
    server.answer_with = 500
    with pytest.raises(ServerUnreachableError):
        transport.open(run_info())


def test_nobody_at_the_address_is_told(server: HttpIngestServer) -> None:
    server.__exit__()
    transport = HttpTransport(SERVER, server.url, call_seconds=5)
    with pytest.raises(ServerUnreachableError, match=server.url):
        transport.open(run_info())
    transport.shut()


def test_cancelling_ends_the_source(transport: HttpTransport) -> None:
    transport.cancel()
    info = run_info()
    opened = transport.open(info)
    source = Frames([], [])
    exchange = transport.exchange(info.run_id, opened.epoch, source)
    next(exchange)
    transport.cancel()
    assert source.cancelled.is_set()


def test_frames_are_not_fetched_over_http(transport: HttpTransport) -> None:
    with pytest.raises(ServerUnreachableError, match="gRPC"):
        transport.fetch(run_info().run_id, 0)
