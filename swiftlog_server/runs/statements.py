"""The statements on runs' rows that every batch of frames executes."""

from __future__ import annotations

from typing import Final

from sqlalchemy import bindparam, case, literal_column, null, select, update
from sqlmodel import SQLModel

from swiftlog_core.events import LOST, RUNNING
from swiftlog_server.db.bulk import BulkStatement
from swiftlog_server.runs.models import LogRun

RUNS: Final = SQLModel.metadata.tables[LogRun.__tablename__]
_STANDING: Final = (
    RUNS.c.id,
    RUNS.c.epoch,
    RUNS.c.status,
    RUNS.c.status_version,
    RUNS.c.receipt_at,
    RUNS.c.last_seq,
    RUNS.c.lines,
    RUNS.c.size,
    RUNS.c.open_stdout,
    RUNS.c.open_stderr,
    RUNS.c.chain,
)
_IS_LOST: Final = RUNS.c.status == literal_column(f"'{LOST}'")
LOCK_STANDINGS: Final = (
    select(*_STANDING)
    .where(RUNS.c.id.in_(bindparam("b_runs", expanding=True)))
    .order_by(RUNS.c.id)
    .with_for_update()
)
# A lost run that grows is alive again.
ADVANCE: Final = BulkStatement(
    update(RUNS)
    .where(
        RUNS.c.id == bindparam("b_run"),
        RUNS.c.epoch == bindparam("b_epoch"),
        RUNS.c.last_seq == bindparam("b_expected"),
        RUNS.c.receipt_at.is_(None),
    )
    .values(
        last_seq=bindparam("b_seq"),
        lines=bindparam("b_lines"),
        size=bindparam("b_size"),
        open_stdout=bindparam("b_open_stdout"),
        open_stderr=bindparam("b_open_stderr"),
        chain=bindparam("b_chain"),
        gaps=RUNS.c.gaps + bindparam("b_gaps"),
        gap_bytes=RUNS.c.gap_bytes + bindparam("b_gap_bytes"),
        last_heartbeat=bindparam("b_now"),
        status=case((_IS_LOST, literal_column(f"'{RUNNING}'")), else_=RUNS.c.status),
        status_version=RUNS.c.status_version
        + case((_IS_LOST, literal_column("1")), else_=literal_column("0")),
        cause=case((_IS_LOST, literal_column("''")), else_=RUNS.c.cause),
        end_time=null(),
    ),
    (
        "b_run",
        "b_epoch",
        "b_expected",
        "b_seq",
        "b_lines",
        "b_size",
        "b_open_stdout",
        "b_open_stderr",
        "b_chain",
        "b_gaps",
        "b_gap_bytes",
        "b_now",
    ),
)
