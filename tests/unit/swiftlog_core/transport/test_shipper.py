"""Shipping: every frame once, in order, whatever breaks on the way."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from swiftlog_core.errors import IngestError
from swiftlog_core.events import STDERR
from swiftlog_core.stream.spool import Spool
from swiftlog_core.transport.delivery import (
    CONNECTED,
    DELIVERED,
    NEVER_REACHED,
    REFUSED,
    Pace,
)
from swiftlog_core.transport.shipper import Shipper
from tests.unit.swiftlog_core.transport.ingest_server import (
    HttpIngestServer,
    IngestServer,
    Ledger,
)
from tests.unit.swiftlog_core.transport.recording import Recording

if TYPE_CHECKING:
    from pathlib import Path

    from swiftlog_core.events import Frame
    from swiftlog_core.transport.address import Server

PATIENT = Pace(reach=20, stall=20, ack=5, call=5)


@pytest.fixture
def recording(tmp_path: Path) -> Recording:
    return Recording(tmp_path / "run.slog")


def shipper_of(recording: Recording, server: Server, pace: Pace = PATIENT) -> Shipper:
    return Shipper(recording.path, recording.info, server, pace=pace, draw=lambda: 0.01)


def stored(ledger: Ledger, recording: Recording) -> list[Frame]:
    return ledger.runs[recording.info.run_id].frames


def test_a_finished_run_is_delivered_with_a_receipt(recording: Recording) -> None:
    recording.lines()
    recording.lines(stream=STDERR)
    with IngestServer() as server:
        shipper = shipper_of(recording, server.address())
        shipper.start()
        delivery = shipper.finish(recording.closing(3), flush_seconds=20)
        run = server.ledger.runs[recording.info.run_id]
    assert delivery.state == DELIVERED
    assert delivery.receipt == recording.receipt()._replace(
        acknowledged_by="test-server"
    )
    assert delivery.run_url == "http://ui/run"
    assert run.frames == recording.frames
    assert run.closing is not None
    assert run.closing.exit.exit_code == 3
    with Spool.read(recording.path) as spool:
        assert spool.delivered == {"server": "test-server", "url": "http://ui/run"}
        assert spool.durable_seq == 2


def test_a_frame_is_sent_while_the_run_lives(recording: Recording) -> None:
    with IngestServer() as server:
        shipper = shipper_of(recording, server.address())
        shipper.start()
        assert shipper.wait_reached(20).state == CONNECTED
        for count in range(1, 6):
            recording.lines()
            shipper.notify()
            server.ledger.wait(
                lambda count=count: len(stored(server.ledger, recording)) == count
            )
        shipper.abandon()


def test_the_spool_can_be_sealed_once_finish_has_returned(recording: Recording) -> None:
    recording.lines()
    with IngestServer() as server:
        shipper = shipper_of(recording, server.address())
        shipper.start()
        shipper.finish(recording.closing(), flush_seconds=20)
        recording.spool.seal()
        recording.spool.close()
    assert [path.name for path in recording.path.parent.iterdir()] == ["run.slog"]


def test_without_a_server_finish_gives_up_and_says_why(recording: Recording) -> None:
    recording.lines()
    with IngestServer() as server:
        address = server.address()
    shipper = shipper_of(recording, address, Pace(reach=0.1))
    shipper.start()
    delivery = shipper.finish(recording.closing(), flush_seconds=20)
    assert delivery.state == NEVER_REACHED
    assert "SWIFTLOG_SERVER" in delivery.reason
    recording.spool.seal()


def test_a_stop_ends_the_wait_at_once(recording: Recording) -> None:
    with IngestServer() as server:
        address = server.address()
    shipper = shipper_of(recording, address, Pace(reach=600))
    shipper.start()
    stop = threading.Event()
    stop.set()
    assert (
        shipper.finish(recording.closing(), flush_seconds=600, stop=stop).state
        == NEVER_REACHED
    )


def test_after_a_restart_of_the_server_the_rest_follows(recording: Recording) -> None:
    ledger = Ledger()
    server = IngestServer(ledger)
    shipper = shipper_of(recording, server.address())
    shipper.start()
    recording.lines()
    shipper.notify()
    ledger.wait(lambda: recording.info.run_id in ledger.runs)
    ledger.wait(lambda: len(stored(ledger, recording)) == 1)
    server.stop()
    recording.lines()
    shipper.notify()
    with IngestServer(ledger, port=server.port):
        recording.lines()
        delivery = shipper.finish(recording.closing(), flush_seconds=20)
    assert delivery.state == DELIVERED
    assert stored(ledger, recording) == recording.frames
    assert ledger.runs[recording.info.run_id].sent == [1, 2, 3]


def test_a_wrong_token_is_final_and_keeps_the_spool(recording: Recording) -> None:
    recording.lines()
    with IngestServer(Ledger(token="right")) as server:
        shipper = shipper_of(recording, server.address(token="wrong"))
        shipper.start()
        delivery = shipper.finish(recording.closing(), flush_seconds=20)
    assert delivery.state == REFUSED
    assert "token_not_known" in delivery.reason
    with Spool.read(recording.path) as spool:
        assert not spool.delivered
        assert [*spool.frames()] == recording.frames


def test_the_right_token_is_taken(recording: Recording) -> None:
    with IngestServer(Ledger(token="right")) as server:
        shipper = shipper_of(recording, server.address(token="right"))
        shipper.start()
        delivery = shipper.finish(recording.closing(), flush_seconds=20)
    assert delivery.state == DELIVERED


def test_a_late_opening_of_our_own_does_not_end_us(recording: Recording) -> None:
    ledger = Ledger()
    failing = [True]

    def fail_once() -> None:
        if failing:
            failing.clear()
            raise_unavailable()

    ledger.before_open = fail_once
    with IngestServer(ledger) as server:
        recording.lines()
        shipper = shipper_of(recording, server.address())
        shipper.start()
        ledger.wait(lambda: recording.info.run_id in ledger.runs)
        ledger.wait(lambda: len(stored(ledger, recording)) == 1)
        ledger.open(recording.info)  # the server acts on the first one only now
        recording.lines()
        delivery = shipper.finish(recording.closing(), flush_seconds=20)
    assert delivery.state == DELIVERED
    assert stored(ledger, recording) == recording.frames


def raise_unavailable() -> None:
    raise IngestError("stopping", 0)


def test_an_idle_stream_carries_heartbeats(recording: Recording) -> None:
    ledger = Ledger()
    ledger.heartbeat_seconds = 0  # then the shipper's own pace holds
    with IngestServer(ledger) as server:
        shipper = shipper_of(recording, server.address(), Pace(heartbeat=0.05))
        shipper.start()
        ledger.wait(lambda: recording.info.run_id in ledger.runs)
        ledger.wait(lambda: ledger.runs[recording.info.run_id].heartbeats >= 3)
        shipper.abandon()


def test_a_server_that_stops_answering_is_left_and_asked_again(
    recording: Recording,
) -> None:
    ledger = Ledger()
    hang = threading.Event()
    hung: list[int] = []

    def once(frame: Frame) -> None:
        if not hung:
            hung.append(frame.seq)
            hang.wait(20)

    ledger.before_take = once
    with IngestServer(ledger) as server:
        recording.lines()
        shipper = shipper_of(
            recording, server.address(), Pace(reach=20, stall=20, ack=0.2)
        )
        shipper.start()
        delivery = shipper.finish(recording.closing(), flush_seconds=20)
        hang.set()
    assert delivery.state == DELIVERED
    assert ledger.opens == 2
    assert stored(ledger, recording) == recording.frames


def test_http_takes_over_when_grpc_cannot_be_reached(recording: Recording) -> None:
    ledger = Ledger(token="right")
    with IngestServer() as dead:
        address = dead.address
    with HttpIngestServer(ledger) as http:
        shipper = shipper_of(recording, address(url=http.url, token="right"))
        shipper.start()
        recording.lines()
        shipper.notify()
        ledger.wait(lambda: recording.info.run_id in ledger.runs)
        recording.lines()
        shipper.notify()
        delivery = shipper.finish(recording.closing(), flush_seconds=20)
    assert delivery.state == DELIVERED
    assert stored(ledger, recording) == recording.frames
