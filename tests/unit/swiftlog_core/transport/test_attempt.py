"""One attempt: what the server holds is agreed on before anything is sent."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from swiftlog_core.stream.spool import Spool
from swiftlog_core.transport.delivery import DELIVERED, REFUSED
from swiftlog_core.transport.shipper import Shipper
from tests.unit.swiftlog_core.transport.ingest_server import IngestServer, Ledger
from tests.unit.swiftlog_core.transport.recording import Recording
from tests.unit.swiftlog_core.transport.test_shipper import (
    PATIENT,
    raise_unavailable,
    shipper_of,
    stored,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from swiftlog_core.events import Frame, Position
    from swiftlog_core.stream.spool import SpoolClosing


@pytest.fixture
def recording(tmp_path: Path) -> Recording:
    return Recording(tmp_path / "run.slog")


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


def test_a_newer_client_ends_the_older_one(recording: Recording) -> None:
    with IngestServer() as server:
        shipper = shipper_of(recording, server.address())
        shipper.start()
        shipper.wait_reached(20)
        server.ledger.open(recording.info)
        recording.lines()
        delivery = shipper.finish(recording.closing(), flush_seconds=20)
    assert (delivery.state, delivery.code) == (REFUSED, "taken_over")


def test_a_run_whose_last_gap_is_not_marked_yet_is_not_closed(
    recording: Recording,
) -> None:
    recording.lines()
    closing = recording.closing()._replace(unmarked=(5, 0))
    with IngestServer() as server:
        shipper = shipper_of(recording, server.address())
        shipper.start()
        delivery = shipper.finish(closing, flush_seconds=20)
        assert stored(server.ledger, recording) == recording.frames
    assert (delivery.state, delivery.code) == (REFUSED, "spool_unwritable")


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
