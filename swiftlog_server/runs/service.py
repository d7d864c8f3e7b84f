"""Runs as people ask for them: one, or a page of many, within a principal's reach.

Reads only; runs change through ``runs.ingest``. Synchronous and thread-safe.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from sqlalchemy import ColumnElement, func
from sqlmodel import col, select

from swiftlog_core.errors import RunAmbiguousError, RunNotFoundError
from swiftlog_server.projects.models import LogGroup, Project
from swiftlog_server.projects.scope import rows_within
from swiftlog_server.runs.models import LogRun

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from swiftlog_server.accounts.interfaces import Principal
    from swiftlog_server.db.engine import Database

_ID_LENGTH: Final = 36
_MIN_PREFIX: Final = 6
_HEX: Final = frozenset("0123456789abcdef-")
_SHOWN_MATCHES: Final = 5


class RunView(NamedTuple):
    """A run with the names of where it belongs."""

    run: LogRun
    project: str
    group: str


class RunFilter(NamedTuple):
    """Which runs are meant; ``None`` does not narrow. Times are of the start."""

    project: str | None = None
    project_id: int | None = None
    group: str | None = None
    group_id: int | None = None
    status: str | None = None
    branch: str | None = None
    commit: str | None = None
    parent_run_id: str | None = None
    since: datetime | None = None
    until: datetime | None = None


class RunService:
    """Finds runs."""

    def __init__(self, database: Database) -> None:
        """Read from *database*."""
        self._database = database

    def get(self, principal: Principal, reference: str) -> RunView:
        """Return the run with that id, or with an id that begins so.

        A prefix needs six characters. Raises ``RunNotFoundError`` and
        ``RunAmbiguousError``.
        """
        query = _views().where(_within(principal))
        if len(reference) == _ID_LENGTH:
            query = query.where(LogRun.id == reference)
        elif len(reference) >= _MIN_PREFIX and _HEX.issuperset(reference):
            query = query.where(col(LogRun.id).startswith(reference))
        else:
            raise RunNotFoundError(reference)
        with self._database.reading() as session:
            rows = session.exec(query.limit(_SHOWN_MATCHES)).all()
        if not rows:
            raise RunNotFoundError(reference)
        if len(rows) > 1:
            raise RunAmbiguousError(reference, tuple(run.id for run, _, _ in rows))
        return RunView(*rows[0])

    def list_runs(
        self, principal: Principal, wanted: RunFilter, *, limit: int, offset: int
    ) -> tuple[list[RunView], int]:
        """Return a page of runs, newest first, and how many there are in all."""
        conditions = [_within(principal), *_conditions(wanted)]
        count = (
            select(func.count())
            .select_from(LogRun)
            .join(LogGroup, col(LogGroup.id) == LogRun.group_id)
            .join(Project, col(Project.id) == LogRun.project_id)
            .where(*conditions)
        )
        page = (
            _views()
            .where(*conditions)
            .order_by(col(LogRun.start_time).desc(), col(LogRun.id).desc())
            .limit(limit)
            .offset(offset)
        )
        with self._database.reading() as session:
            rows = session.exec(page).all()
            return [RunView(*row) for row in rows], session.exec(count).one()


def _views() -> Any:  # noqa: ANN401 - the select's type spells out three entities
    return (
        select(LogRun, Project.name, LogGroup.name)
        .join(Project, col(Project.id) == LogRun.project_id)
        .join(LogGroup, col(LogGroup.id) == LogRun.group_id)
    )


def _within(principal: Principal) -> ColumnElement[bool]:
    return rows_within(principal.reach(), col(LogRun.project_id))


def _conditions(wanted: RunFilter) -> Sequence[ColumnElement[bool]]:
    equal = (
        (wanted.project, col(Project.name)),
        (wanted.project_id, col(LogRun.project_id)),
        (wanted.group, col(LogGroup.name)),
        (wanted.group_id, col(LogRun.group_id)),
        (wanted.status, col(LogRun.status)),
        (wanted.branch, col(LogRun.branch)),
        (wanted.commit, col(LogRun.commit_sha)),
        (wanted.parent_run_id, col(LogRun.parent_run_id)),
    )
    conditions = [column == value for value, column in equal if value is not None]
    if wanted.since is not None:
        conditions.append(col(LogRun.start_time) >= wanted.since)
    if wanted.until is not None:
        conditions.append(col(LogRun.start_time) < wanted.until)
    return conditions
