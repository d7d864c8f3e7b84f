"""Two clients use one run id, and only one log comes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from swiftlog_core.library.verify import verify
from swiftlog_core.transport.address import make_server
from swiftlog_core.transport.delivery import DELIVERED, REFUSED, Pace
from swiftlog_core.transport.shipper import Shipper
from tests.unit.swiftlog_core.transport.recording import Recording

if TYPE_CHECKING:
    from pathlib import Path

    from tests.e2e.faults.stage import ServerProcess

PATIENT = Pace(reach=30, stall=30)


@pytest.fixture
def server(lasting_server: ServerProcess) -> ServerProcess:
    return lasting_server


@pytest.fixture
def first(tmp_path: Path) -> Recording:
    return Recording(tmp_path / "first.slog")


def shipper_of(recording: Recording, server: ServerProcess) -> Shipper:
    address = make_server(server.address, token=server.token)
    return Shipper(recording.path, recording.info, address, pace=PATIENT)


def test_the_newer_client_takes_over_and_the_older_one_stops(
    first: Recording, tmp_path: Path, server: ServerProcess
) -> None:
    first.lines()
    older = shipper_of(first, server)
    older.start()
    server.wait_stored(first.info.run_id, 1)
    second = Recording(tmp_path / "second.slog", first.info)
    second.lines()
    assert second.frames == first.frames  # the same log so far
    newer = shipper_of(second, server)
    newer.start()
    newer.wait_reached(60)
    second.lines()
    newer.notify()
    server.wait_stored(first.info.run_id, 2)
    first.write(b"something else\n")
    refused = older.finish(first.closing(), flush_seconds=60)
    delivered = newer.finish(second.closing(), flush_seconds=60)
    assert (refused.state, refused.code) == (REFUSED, "taken_over")
    assert delivered.state == DELIVERED
    frames = server.frames(first.info.run_id)
    assert frames == second.frames
    verify(frames, second.receipt())


def test_another_log_under_the_id_of_a_stored_one_changes_nothing(
    first: Recording, tmp_path: Path, server: ServerProcess
) -> None:
    first.lines()
    one = shipper_of(first, server)
    one.start()
    assert one.finish(first.closing(), flush_seconds=60).state == DELIVERED
    other = Recording(tmp_path / "other.slog", first.info)
    other.write(b"something else\n")
    two = shipper_of(other, server)
    two.start()
    refused = two.finish(other.closing(), flush_seconds=60)
    assert (refused.state, refused.code) == (REFUSED, "frame_conflict")
    assert server.frames(first.info.run_id) == first.frames


def test_a_copy_of_a_delivered_spool_is_delivered_without_a_second_copy(
    first: Recording, server: ServerProcess
) -> None:
    first.lines()
    for _ in range(2):
        shipper = shipper_of(first, server)
        shipper.start()
        delivery = shipper.finish(first.closing(), flush_seconds=60)
        assert delivery.state == DELIVERED
    assert server.stored(first.info.run_id) == 1
