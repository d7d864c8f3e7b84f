"""The whole server as a process: starting, refusing, being killed, stopping."""

from __future__ import annotations

import sqlite3
import ssl
import threading
from contextlib import closing
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from typing import TYPE_CHECKING

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from swiftlog_core.errors import SwiftLogError
from swiftlog_core.transport.address import Address, Server, make_server
from swiftlog_core.transport.grpc import GrpcTransport
from swiftlog_core.transport.http import HttpTransport
from tests.integration.server.ingest_kit import Source
from tests.integration.server.server_process import ServerProcess, server_process
from tests.unit.swiftlog_server.recording import numbered

if TYPE_CHECKING:
    from pathlib import Path


def test_a_killed_server_loses_no_acknowledged_frame(tmp_path: Path) -> None:
    run, token, told = numbered(2000), "", [0]
    for round_number in range(3):
        with server_process(tmp_path) as server:
            token = token or server.token
            recorder = server.transport(token)
            opened = recorder.open(run.info())
            assert opened.position == run.positions[opened.position.seq]
            assert opened.position.seq >= told[-1]
            enough = opened.position.seq + 500
            frames = Source(run.frames[opened.position.seq :])
            try:
                for durable in recorder.exchange(run.run_id, opened.epoch, frames):
                    told.append(durable)
                    if durable >= enough and round_number < 2:
                        server.kill()
                        break
                else:
                    closed = recorder.close_run(run.closing(opened.epoch))
                    assert closed.receipt.chain == run.end.chain
            finally:
                recorder.shut()
    assert told[-1] == 2000
    with closing(sqlite3.connect(tmp_path / "server" / "swiftlog.db")) as database:
        stored = database.execute("SELECT seq, digest FROM log_frames ORDER BY seq")
        assert stored.fetchall() == [(f.seq, f.digest) for f in run.frames]


def test_stopping_drains_and_exits_with_0(tmp_path: Path) -> None:
    run, told = numbered(3000), [0]
    with server_process(tmp_path) as server:
        recorder = server.transport(server.token)
        epoch = recorder.open(run.info()).epoch
        acks = recorder.exchange(run.run_id, epoch, Source(run.frames, open_end=True))
        told.append(next(acks))

        def listen() -> None:
            with pytest.raises(SwiftLogError):
                told.extend(acks)

        listener = threading.Thread(target=listen)
        listener.start()
        assert server.stop() == 0
        listener.join(20)
        recorder.shut()
    with closing(sqlite3.connect(tmp_path / "server" / "swiftlog.db")) as database:
        (last,) = database.execute("SELECT max(seq) FROM log_frames").fetchone()
    assert last == told[-1]


def test_runs_arrive_over_plain_http_under_the_same_rules(tmp_path: Path) -> None:
    run = numbered(30)
    with server_process(tmp_path) as server:
        address = make_server(server.grpc, token=server.token)
        recorder = HttpTransport(address, server.url)
        opened = recorder.open(run.info())
        assert opened.http_url == server.url
        frames = Source(run.frames)
        assert list(recorder.exchange(run.run_id, opened.epoch, frames))[-1] == 30
        beats = Source()
        list(recorder.exchange(run.run_id, opened.epoch, beats))
        closed = recorder.close_run(run.closing(opened.epoch))
        assert closed.receipt.chain == run.end.chain
        recorder.shut()
        answer = httpx.get(
            f"{server.url}/api/v1/runs/{run.run_id}",
            headers={"authorization": f"Bearer {server.token}"},
        )
        assert answer.json()["status"] == "success"
        refused = httpx.post(
            f"{server.url}/api/v1/ingest/{run.run_id}/open",
            content=b"\xff\xff",
            headers={
                "authorization": f"Bearer {server.token}",
                "content-type": "application/x-protobuf",
            },
        )
        assert refused.status_code == 400
        assert refused.headers["content-type"] == "application/x-protobuf"
        nobody = httpx.post(f"{server.url}/api/v1/ingest/{run.run_id}/open")
        assert nobody.status_code == 401


def test_a_taken_port_is_named_with_what_to_do(tmp_path: Path) -> None:
    with server_process(tmp_path / "one") as server:
        for option, port in (
            ("grpc_port", server.grpc.rpartition(":")[2]),
            ("http_port", server.url.rpartition(":")[2]),
        ):
            second = ServerProcess(tmp_path / "two", **{option: port})
            _, said = second.process.communicate(timeout=120)
            assert second.process.returncode == 1
            assert f"127.0.0.1:{port}" in said
            assert f"--{option.replace('_', '-')}" in said


def test_a_database_of_a_newer_server_is_refused_and_left_alone(
    tmp_path: Path,
) -> None:
    with server_process(tmp_path) as server:
        assert server.stop() == 0
    path = tmp_path / "server" / "swiftlog.db"
    with closing(sqlite3.connect(path)) as database:
        database.execute("UPDATE alembic_version SET version_num='9999'")
        database.commit()
    before = path.read_bytes()
    second = ServerProcess(tmp_path)
    _, said = second.process.communicate(timeout=120)
    assert second.process.returncode == 1
    assert "9999" in said
    assert path.read_bytes() == before


def test_both_ports_speak_tls_when_told_to(tmp_path: Path) -> None:
    cert, key = self_signed(tmp_path)
    run = numbered(3)
    with server_process(
        tmp_path / "data", SWIFTLOG_TLS_CERT=str(cert), SWIFTLOG_TLS_KEY=str(key)
    ) as server:
        assert server.url.startswith("https://")
        host, _, port = server.grpc.rpartition(":")
        address = Address(host, int(port), secure=True, loopback=True)
        recorder = GrpcTransport(Server(address, "", server.token, str(cert)))
        opened = recorder.open(run.info())
        assert opened.http_url == server.url
        list(recorder.exchange(run.run_id, opened.epoch, Source(run.frames)))
        recorder.close_run(run.closing(opened.epoch))
        recorder.shut()
        context = ssl.create_default_context(cafile=str(cert))
        assert httpx.get(f"{server.url}/ready", verify=context).json()["ready"]


def self_signed(folder: Path) -> tuple[Path, Path]:
    """Write a certificate for 127.0.0.1 and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    address = x509.IPAddress(ip_address("127.0.0.1"))
    builder = (
        x509.CertificateBuilder()
        .issuer_name(name)
        .subject_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([address]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    )
    paths = folder / "cert.pem", folder / "key.pem"
    certificate = builder.sign(key, hashes.SHA256())
    paths[0].write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    paths[1].write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return paths
