"""The condition that keeps every query within a principal's reach."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, or_, true
from sqlmodel import col, select

from swiftlog_server.projects.models import Project

if TYPE_CHECKING:
    from sqlalchemy.orm import Mapped

    from swiftlog_server.accounts.interfaces import Reach


def projects_within(reach: Reach) -> ColumnElement[bool]:
    """Return the condition on ``projects`` rows."""
    if reach.everything:
        return true()
    return or_(
        col(Project.id).in_(reach.projects),
        col(Project.organisation_id).in_(reach.organisations),
    )


def rows_within(reach: Reach, project_id: Mapped[int]) -> ColumnElement[bool]:
    """Return the condition on rows of any table that name their project."""
    if reach.everything:
        return true()
    return project_id.in_(select(Project.id).where(projects_within(reach)))
