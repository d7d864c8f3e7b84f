"""Shipping: every frame once, in order, whatever breaks on the way."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

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
    from collections.abc import Iterator
    from pathlib import Path

    from swiftlog_core.events import Frame, Position
    from swiftlog_core.stream.spool import SpoolClosing
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


def test_a_server_restored_from_an_older_copy_gets_the_rest_again(
    recording: Recording,
) -> None:
    ledger = Ledger()
    server = IngestServer(ledger)
    shipper = shipper_of(recording, server.address())
    shipper.start()
    for _ in range(4):
        recording.lines()
    shipper.notify()
    ledger.wait(lambda: recording.info.run_id in ledger.runs)
    ledger.wait(lambda: len(stored(ledger, recording)) == 4)
    server.stop()
    older = Ledger()
    with IngestServer(older, port=server.port):
        opened = older.open(recording.info)
        older.take(recording.info.run_id, opened.epoch, recording.frames[0])
        delivery = shipper.finish(recording.closing(), flush_seconds=20)
    assert delivery.state == DELIVERED
    assert stored(older, recording) == recording.frames


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


def test_a_newer_client_ends_the_older_one(recording: Recording) -> None:
    with IngestServer() as server:
        shipper = shipper_of(recording, server.address())
        shipper.start()
        shipper.wait_reached(20)
        server.ledger.open(recording.info)
        recording.lines()
        delivery = shipper.finish(recording.closing(), flush_seconds=20)
    assert (delivery.state, delivery.code) == (REFUSED, "taken_over")


def test_another_log_under_the_same_id_is_a_conflict(
    recording: Recording, tmp_path: Path
) -> None:
    other = Recording(tmp_path / "other.slog", recording.info)
    other.write(b"something else\n")
    recording.lines()
    with IngestServer() as server:
        opened = server.ledger.open(recording.info)
        server.ledger.take(recording.info.run_id, opened.epoch, other.frames[0])
        shipper = shipper_of(recording, server.address())
        shipper.start()
        delivery = shipper.finish(recording.closing(), flush_seconds=20)
    assert (delivery.state, delivery.code) == (REFUSED, "frame_conflict")
    assert stored(server.ledger, recording) == other.frames


def test_a_run_closed_before_its_client_heard_is_delivered_on_the_next_try(
    recording: Recording,
) -> None:
    recording.lines()
    closing = recording.closing()
    ledger = Ledger()
    server = IngestServer(ledger)
    closed = threading.Event()

    def die() -> None:
        closed.set()
        raise_unavailable()

    ledger.before_close_answer = die
    first = shipper_of(recording, server.address())
    first.start(closing)
    assert closed.wait(20)
    first.abandon()
    assert first.status.state != DELIVERED
    ledger.before_close_answer = lambda: None
    second = shipper_of(recording, server.address())
    second.start(closing)
    assert second.wait(flush_seconds=20).state == DELIVERED
    server.stop()
    assert ledger.runs[recording.info.run_id].sent == [1]


def raise_unavailable() -> None:
    from swiftlog_core.errors import IngestError

    raise IngestError("stopping", 0)


def test_frames_that_only_the_server_has_are_fetched(
    recording: Recording, tmp_path: Path
) -> None:
    for _ in range(3):
        recording.lines()
    short = Recording(tmp_path / "short.slog", recording.info)
    short.spool.append([(recording.frames[0], position_of(recording, 1))], (0, 0))
    taken: list[Frame] = []

    def adopt(frames: Iterator[Frame]) -> SpoolClosing:
        taken.extend(frames)
        short.spool.append(
            [(frame, position_of(recording, frame.seq)) for frame in taken], (0, 0)
        )
        return recording.closing()

    with IngestServer() as server:
        opened = server.ledger.open(recording.info)
        for frame in recording.frames:
            server.ledger.take(recording.info.run_id, opened.epoch, frame)
        shipper = Shipper(
            short.path, recording.info, server.address(), pace=PATIENT, adopt=adopt
        )
        shipper.start(short.closing())
        delivery = shipper.wait(flush_seconds=20)
    assert delivery.state == DELIVERED
    assert taken == recording.frames[1:]


def position_of(recording: Recording, seq: int) -> Position:
    with Spool.read(recording.path) as spool:
        return spool.position_at(seq)


def test_a_server_that_holds_more_than_a_living_spool_is_a_conflict(
    recording: Recording, tmp_path: Path
) -> None:
    recording.lines()
    empty = Recording(tmp_path / "empty.slog", recording.info)
    with IngestServer() as server:
        opened = server.ledger.open(recording.info)
        server.ledger.take(recording.info.run_id, opened.epoch, recording.frames[0])
        shipper = shipper_of(empty, server.address())
        shipper.start()
        delivery = shipper.finish(empty.closing(), flush_seconds=20)
    assert (delivery.state, delivery.code) == (REFUSED, "frame_conflict")


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


def test_a_damaged_spool_is_shipped_up_to_the_damage(tmp_path: Path) -> None:
    recording = Recording(tmp_path / "run.slog")
    for _ in range(40):
        recording.lines(10, pad=2000)
    closing = recording.closing()
    recording.spool.seal()
    recording.spool.close()
    data = bytearray(recording.path.read_bytes())
    data[len(data) // 2 : len(data) // 2 + 20000] = b"\xff" * 20000
    recording.path.write_bytes(data)
    with IngestServer() as server:
        shipper = shipper_of(recording, server.address())
        shipper.start(closing)
        delivery = shipper.wait(flush_seconds=20)
        frames = stored(server.ledger, recording)
    assert (delivery.state, delivery.code) == (REFUSED, "spool_corrupt")
    assert 0 < len(frames) < 40
    assert frames == recording.frames[: len(frames)]
