"""Runs as people ask for them: one, or a page of many, within a principal's reach.

Reads only; runs change through ``runs.ingest``. Synchronous and thread-safe. Rows
come by SQLAlchemy Core, the one by id with a statement that is built once: making
objects of the ORM costs four times what the database does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from sqlalchemy import ColumnElement, Row, Select, bindparam, func, select
from sqlmodel import SQLModel, col

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


class RunFacts(NamedTuple):
    """What is known of a run: the columns of ``LogRun`` under their names there."""

    id: str
    project_id: int
    group_id: int
    parent_run_id: str | None
    argv: list[str]
    cwd: str
    host: str
    tty: bool
    merged: bool
    meta: dict[str, str]
    ci: dict[str, str]
    branch: str
    commit_sha: str
    client_version: str
    status: str
    exit_code: int | None
    signal: int
    cause: str
    started_ns: int
    start_time: datetime
    end_time: datetime | None
    duration_ns: int | None
    status_version: int
    last_seq: int
    lines: int
    size: int
    open_stdout: int
    open_stderr: int
    chain: bytes
    gaps: int
    gap_bytes: int
    conflicted: bool
    sha256_stdout: bytes | None
    sha256_stderr: bytes | None
    receipt_at: datetime | None
    ai_status: str


class RunView(NamedTuple):
    """A run with the names of where it belongs."""

    run: RunFacts
    project: str
    group: str
    organisation_id: int


_RUNS: Final = SQLModel.metadata.tables[LogRun.__tablename__]
_PROJECTS: Final = SQLModel.metadata.tables[Project.__tablename__]
_GROUPS: Final = SQLModel.metadata.tables[LogGroup.__tablename__]
_FROM: Final = _RUNS.join(_PROJECTS, _PROJECTS.c.id == _RUNS.c.project_id).join(
    _GROUPS, _GROUPS.c.id == _RUNS.c.group_id
)
_VIEWS: Final[Select[Any]] = select(
    *(_RUNS.c[name] for name in RunFacts._fields),
    _PROJECTS.c.name.label("project"),
    _GROUPS.c.name.label("group"),
    _PROJECTS.c.organisation_id,
).select_from(_FROM)
_BY_ID: Final = _VIEWS.where(_RUNS.c.id == bindparam("run_id"))
_PLACE: Final = len(RunFacts._fields)


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
        if len(reference) == _ID_LENGTH:
            with self._database.read_connection() as connection:
                row = connection.execute(_BY_ID, {"run_id": reference}).first()
            view = row and _view(row)
            reach = principal.reach()
            if view and reach.holds(view.run.project_id, view.organisation_id):
                return view
        elif len(reference) >= _MIN_PREFIX and _HEX.issuperset(reference):
            return self._by_prefix(principal, reference)
        raise RunNotFoundError(reference)

    def list_runs(
        self, principal: Principal, wanted: RunFilter, *, limit: int, offset: int
    ) -> tuple[list[RunView], int]:
        """Return a page of runs, newest first, and how many there are in all."""
        conditions = [_within(principal), *_conditions(wanted)]
        count = select(func.count()).select_from(_FROM).where(*conditions)
        page = (
            _VIEWS.where(*conditions)
            .order_by(_RUNS.c.start_time.desc(), _RUNS.c.id.desc())
            .limit(limit)
            .offset(offset)
        )
        with self._database.read_connection() as connection:
            views = [_view(row) for row in connection.execute(page)]
            return views, connection.execute(count).scalar_one()

    def _by_prefix(self, principal: Principal, prefix: str) -> RunView:
        query = _VIEWS.where(_within(principal), _RUNS.c.id.startswith(prefix))
        with self._database.read_connection() as connection:
            rows = connection.execute(query.limit(_SHOWN_MATCHES)).all()
        if not rows:
            raise RunNotFoundError(prefix)
        if len(rows) > 1:
            raise RunAmbiguousError(prefix, tuple(row.id for row in rows))
        return _view(rows[0])


def _view(row: Row[Any]) -> RunView:
    return RunView(RunFacts._make(row[:_PLACE]), *row[_PLACE:])


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
