"""Where a run that just begins belongs: its project and group, made when missing.

Works on the caller's connection, in its transaction, and survives others who make the
same rows at the same moment.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import select
from sqlmodel import col

from swiftlog_server.accounts.interfaces import MAINTAINER
from swiftlog_server.db.upsert import insert_missing
from swiftlog_server.errors import ProjectBoundError, ProjectNotFoundError
from swiftlog_server.projects.models import LogGroup, Project
from swiftlog_server.projects.scope import home_organisation, projects_within

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.engine import Connection

    from swiftlog_core.events import RunInfo
    from swiftlog_server.accounts.interfaces import Principal


class Place(NamedTuple):
    """A group and its project."""

    project_id: int
    group_id: int


def place_run(
    connection: Connection, principal: Principal, info: RunInfo, now: datetime
) -> Place:
    """Return where *info* belongs, making project and group when missing.

    A token that is bound to a project makes groups only there. Raises
    ``ProjectBoundError``, ``RoleTooLowError``.
    """
    if principal.project_id is not None:
        project_id = _bound_project(connection, principal, info.project)
    else:
        project_id = _project(connection, principal, info.project, now)
    return Place(project_id, _group(connection, project_id, info.group, now))


def _bound_project(connection: Connection, principal: Principal, name: str) -> int:
    query = select(col(Project.id), col(Project.organisation_id), col(Project.name))
    row = connection.execute(
        query.where(col(Project.id) == principal.project_id)
    ).first()
    if row is None:
        raise ProjectNotFoundError(name)
    if row.name != name:
        raise ProjectBoundError(name, row.name)
    principal.require_role(MAINTAINER, row.id, row.organisation_id)
    return int(row.id)


def _project(
    connection: Connection, principal: Principal, name: str, now: datetime
) -> int:
    query = (
        select(col(Project.id), col(Project.organisation_id))
        .where(col(Project.name) == name, projects_within(principal.reach()))
        .order_by(col(Project.id))
    )
    row = connection.execute(query).first()
    if row is None:
        home = home_organisation(connection, principal)
        values = {"organisation_id": home, "name": name, "created_at": now}
        insert_missing(connection, Project, values)
        row = connection.execute(query).one()
    principal.require_role(MAINTAINER, row.id, row.organisation_id)
    return int(row.id)


def _group(connection: Connection, project_id: int, name: str, now: datetime) -> int:
    query = select(col(LogGroup.id)).where(
        col(LogGroup.project_id) == project_id, col(LogGroup.name) == name
    )
    group_id = connection.execute(query).scalar()
    if group_id is None:
        values = {"project_id": project_id, "name": name, "created_at": now}
        insert_missing(connection, LogGroup, values)
        group_id = connection.execute(query).scalar_one()
    assert group_id is not None  # noqa: S101 - a primary key; tells mypy
    return group_id
