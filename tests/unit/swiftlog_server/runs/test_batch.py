"""What a batch does when rows change under it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from swiftlog_server.runs.batch import Batch, LostUpdateError
from swiftlog_server.runs.checks import check_frame
from swiftlog_server.runs.commands import AppendCommand, OpenCommand, OpenedRun
from swiftlog_server.runs.lifecycle import standing
from swiftlog_server.storage.sql import SqlLogStore
from tests.unit.swiftlog_server.recording import numbered

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.engine import Connection

    from swiftlog_server.accounts.interfaces import Principal
    from swiftlog_server.db.engine import Database
    from swiftlog_server.storage.interfaces import StoredFrame


class ForgetfulStore(SqlLogStore):
    """Stores nothing, as if every frame had been there already."""

    def append(self, connection: Connection, frames: Sequence[StoredFrame]) -> int:
        del connection, frames
        return 0


def test_an_advance_without_its_frames_is_never_committed(
    database: Database, admin: Principal
) -> None:
    run, now = numbered(1), datetime.now(UTC)
    checked = check_frame(run.positions[0], run.frames[0], 0)
    append = AppendCommand(run.run_id, 1, run.positions[0], (checked,))
    with database.write_connection() as connection:
        batch = Batch(connection, SqlLogStore(database), "s", now)
        (opened,) = batch.run([OpenCommand(admin, run.info())])
        assert isinstance(opened, OpenedRun)
    with pytest.raises(LostUpdateError), database.write_connection() as connection:
        Batch(connection, ForgetfulStore(database), "s", now).run([append])
    with database.read_connection() as connection:
        assert standing(connection, admin, run.run_id).last_seq == 0
