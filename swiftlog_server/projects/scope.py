"""What a principal may reach: conditions on queries, and its home for new projects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import ColumnElement, or_, true
from sqlmodel import col, select

from swiftlog_server.accounts.interfaces import MAINTAINER, OWNER
from swiftlog_server.errors import RoleTooLowError
from swiftlog_server.projects.models import Organisation, Project

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection
    from sqlalchemy.orm import Mapped

    from swiftlog_server.accounts.interfaces import Principal, Reach

_NO_PROJECT: Final = 0  # asks for a role in the organisation itself


def projects_within(reach: Reach) -> ColumnElement[bool]:
    """Return the condition on ``projects`` rows."""
    if reach.everything:
        return true()
    condition = or_(
        col(Project.id).in_(reach.projects),
        col(Project.organisation_id).in_(reach.organisations),
    )
    return condition if reach.only is None else condition & (Project.id == reach.only)


def rows_within(reach: Reach, project_id: Mapped[int]) -> ColumnElement[bool]:
    """Return the condition on rows of any table that name their project."""
    if reach.everything:
        return true()
    return project_id.in_(select(Project.id).where(projects_within(reach)))


def home_organisation(
    connection: Connection, principal: Principal, organisation_id: int | None = None
) -> int:
    """Return where the principal's new projects belong; it maintains that one.

    Raises ``RoleTooLowError`` when there is none, or not the one asked for.
    """
    organisations = select(col(Organisation.id)).order_by(col(Organisation.id))
    for number in connection.scalars(organisations):
        if number is None or organisation_id not in (None, number):
            continue
        role = principal.role_in(_NO_PROJECT, number)
        if role is not None and role in (MAINTAINER, OWNER):
            return number
    raise RoleTooLowError("none", MAINTAINER)
