"""The gRPC transport: calls, metadata, errors."""

from __future__ import annotations

import socket
import threading
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509.oid import NameOID

from swiftlog_core.errors import (
    RunNotFoundError,
    ServerRefusedError,
    ServerUnreachableError,
    TakenOverError,
)
from swiftlog_core.transport.address import make_server
from swiftlog_core.transport.grpc import GrpcTransport
from tests.unit.swiftlog_core.transport.ingest_server import IngestServer, Ledger
from tests.unit.swiftlog_core.transport.recording import Recording, run_info

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from swiftlog_core.events import Frame


class Frames:
    """A source that gives its batches, and then the end."""

    def __init__(self, *batches: list[Frame]) -> None:
        self._batches = iter(batches)
        self.cancelled = threading.Event()

    def take(self) -> list[Frame] | None:
        return next(self._batches, None)

    def cancel(self) -> None:
        self.cancelled.set()


@pytest.fixture
def server() -> Iterator[IngestServer]:
    with IngestServer(Ledger(token="swl_good")) as server:
        yield server


@pytest.fixture
def transport(server: IngestServer) -> Iterator[GrpcTransport]:
    transport = GrpcTransport(server.address(token="swl_good"))
    yield transport
    transport.shut()


def test_frames_and_heartbeats_are_acknowledged(
    transport: GrpcTransport, server: IngestServer, tmp_path: Path
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


def test_frames_can_be_fetched_back(
    transport: GrpcTransport, server: IngestServer, tmp_path: Path
) -> None:
    recording = Recording(tmp_path / "run.slog")
    for _ in range(3):
        recording.lines()
    opened = transport.open(recording.info)
    for frame in recording.frames:
        server.ledger.take(recording.info.run_id, opened.epoch, frame)
    assert [*transport.fetch(recording.info.run_id, 1)] == recording.frames[1:]


def test_a_detail_tells_more_than_the_status(transport: GrpcTransport) -> None:
    info = run_info()
    first = transport.open(info)
    transport.open(info)
    with pytest.raises(TakenOverError):
        [*transport.exchange(info.run_id, first.epoch, Frames())]
    with pytest.raises(ServerRefusedError) as caught:
        [*transport.exchange(run_info().run_id, 1, Frames())]
    assert caught.value.server_code == RunNotFoundError.code


def test_a_wrong_token_is_refused(server: IngestServer) -> None:
    transport = GrpcTransport(server.address(token="swl_bad"))
    with pytest.raises(ServerRefusedError) as caught:
        transport.open(run_info())
    assert caught.value.server_code == "unauthenticated"
    transport.shut()


def test_nobody_at_the_address_is_told_at_once(server: IngestServer) -> None:
    address = server.address()
    server.stop()
    transport = GrpcTransport(address)
    with pytest.raises(ServerUnreachableError, match=f"127.0.0.1:{server.port}"):
        transport.open(run_info())
    transport.shut()


def test_a_server_that_says_nothing_is_left_after_a_while() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"127.0.0.1:{silent.getsockname()[1]}"
        transport = GrpcTransport(make_server(address), call_seconds=0.2)
        with pytest.raises(ServerUnreachableError):
            transport.open(run_info())
        transport.shut()


def test_cancelling_ends_a_call_that_waits() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"127.0.0.1:{silent.getsockname()[1]}"
        transport = GrpcTransport(make_server(address), call_seconds=60)
        canceller = threading.Timer(0.1, transport.cancel)
        canceller.start()
        with pytest.raises(ServerUnreachableError):
            transport.open(run_info())
        canceller.join()
        with pytest.raises(ServerUnreachableError):
            [*transport.exchange(run_info().run_id, 1, Frames())]


def self_signed() -> tuple[bytes, bytes]:
    """Return a key and a certificate for localhost."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), False)
        .sign(key, hashes.SHA256())
    )
    encoding, form = Encoding.PEM, PrivateFormat.PKCS8
    private = key.private_bytes(encoding, form, NoEncryption())
    return private, certificate.public_bytes(encoding)


def test_a_server_with_tls_is_trusted_by_its_authority_only(tmp_path: Path) -> None:
    key, certificate = self_signed()
    roots = tmp_path / "roots.pem"
    roots.write_bytes(certificate)
    strangers = tmp_path / "strangers.pem"
    strangers.write_bytes(self_signed()[1])
    with IngestServer(tls=(key, certificate)) as server:
        address = f"https://localhost:{server.port}"
        good = GrpcTransport(make_server(address, ca_file=str(roots)))
        assert good.open(run_info()).epoch == 1
        good.shut()
        for bad in (
            make_server(address, ca_file=str(strangers)),
            make_server(f"http://localhost:{server.port}"),
        ):
            transport = GrpcTransport(bad, call_seconds=5)
            with pytest.raises(ServerUnreachableError):
                transport.open(run_info())
            transport.shut()


def test_a_proxy_in_the_environment_is_not_asked_for_loopback(
    server: IngestServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "https_proxy", "grpc_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    transport = GrpcTransport(server.address(token="swl_good"))
    assert transport.open(run_info()).epoch == 1
    transport.shut()
