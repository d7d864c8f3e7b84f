"""Progress: what people are told, and what the spool keeps of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from swiftlog_core.errors import ServerUnreachableError, SpoolCorruptError
from swiftlog_core.stream.spool import Spool
from swiftlog_core.transport.delivery import (
    CONNECTED,
    DELIVERED,
    INTERRUPTED,
    NEVER_REACHED,
    REFUSED,
    Progress,
)
from tests.unit.swiftlog_core.transport.recording import Recording

if TYPE_CHECKING:
    from pathlib import Path

ERROR = ServerUnreachableError("host:1", "refused")


@pytest.fixture
def recording(tmp_path: Path) -> Recording:
    recording = Recording(tmp_path / "run.slog")
    recording.lines()
    return recording


def test_a_server_never_reached_stays_so_however_often_it_fails(
    recording: Recording,
) -> None:
    progress = Progress(recording.path)
    progress.failed(ERROR, final=False)
    progress.failed(ERROR, final=False)
    assert progress.now.state == NEVER_REACHED
    assert (progress.now.reason, progress.now.code) == (str(ERROR), ERROR.code)


def test_a_broken_connection_is_an_interruption_and_heals(recording: Recording) -> None:
    progress = Progress(recording.path)
    progress.connected("prod", "http://ui")
    progress.failed(ERROR, final=False)
    assert progress.now.state == INTERRUPTED
    progress.connected("prod", "http://ui")
    assert (progress.now.state, progress.now.reason) == (CONNECTED, "")
    progress.failed(ERROR, final=True)
    assert progress.now.state == REFUSED


def test_a_reconnection_alone_brings_the_end_no_nearer(recording: Recording) -> None:
    progress = Progress(recording.path)
    progress.connected("prod", "")
    progress.advance(5)
    moved_at = progress.moved_at
    progress.connected("prod", "")
    progress.advance(3)  # restored from an older copy
    progress.advance(5)
    assert progress.moved_at == moved_at
    assert progress.now.durable_seq == 5


def test_the_durable_number_is_kept_in_the_spool_at_the_latest_at_the_end(
    recording: Recording,
) -> None:
    progress = Progress(recording.path)
    progress.advance(1)
    progress.advance(2)
    progress.let_go()
    with Spool.read(recording.path) as spool:
        assert spool.durable_seq == 2


def test_a_delivered_run_is_marked(recording: Recording) -> None:
    progress = Progress(recording.path)
    progress.delivered(recording.receipt(), "prod", "http://ui/1")
    assert (progress.now.state, progress.now.durable_seq) == (DELIVERED, 1)
    with Spool.read(recording.path) as spool:
        assert spool.delivered == {"server": "prod", "url": "http://ui/1"}


def test_after_letting_go_the_spool_is_not_touched(recording: Recording) -> None:
    progress = Progress(recording.path)
    progress.let_go()
    recording.spool.close()
    recording.path.unlink()
    progress.advance(9)
    progress.delivered(recording.receipt(), "prod", "")
    with pytest.raises(SpoolCorruptError), progress.reading():
        raise AssertionError
    assert not recording.path.exists()


def test_a_spool_that_takes_no_note_does_not_stop_the_delivery(
    recording: Recording,
) -> None:
    progress = Progress(recording.path)
    recording.spool.close()
    recording.path.unlink()
    progress.advance(1)
    progress.delivered(recording.receipt(), "prod", "")
    assert progress.now.state == DELIVERED


def test_a_spool_that_cannot_be_read_is_an_error_of_ours(tmp_path: Path) -> None:
    with pytest.raises(SpoolCorruptError), Progress(tmp_path / "none").reading():
        raise AssertionError
