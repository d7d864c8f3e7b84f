"""Projects and groups: finding, listing, making.

Owns who may see and make them. A project that lies outside a principal's reach does
not exist for it. Synchronous and thread-safe.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from sqlalchemy import func
from sqlmodel import col, select

from swiftlog_server.errors import (
    GroupNotFoundError,
    ProjectExistsError,
    ProjectNotFoundError,
)
from swiftlog_server.projects.models import LogGroup, Organisation, Project
from swiftlog_server.projects.scope import (
    home_organisation,
    projects_within,
    rows_within,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlmodel import Session

    from swiftlog_server.accounts.interfaces import Principal
    from swiftlog_server.db.engine import Database

DEFAULT_ORGANISATION: Final = "default"


class ProjectService:
    """Reads and makes projects and groups."""

    def __init__(
        self,
        database: Database,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """Work on *database*."""
        self._database = database
        self._now = now

    def ensure_default_organisation(self) -> None:
        """Make the organisation to which a new server's projects belong."""
        with self._database.writing() as session:
            if session.exec(select(Organisation.id).limit(1)).first() is None:
                session.add(
                    Organisation(name=DEFAULT_ORGANISATION, created_at=self._now())
                )

    def by_name(self, principal: Principal, name: str) -> Project:
        """Return the project of that name; the oldest where organisations share it.

        Raises ``ProjectNotFoundError``.
        """
        with self._database.reading() as session:
            project = find_project(session, principal, name)
        if project is None:
            raise ProjectNotFoundError(name)
        return project

    def id_by_name(self, principal: Principal, name: str) -> int:
        """Return the id of what ``by_name`` finds; raise ``ProjectNotFoundError``."""
        number = self.by_name(principal, name).id
        if number is None:
            raise ProjectNotFoundError(name)
        return number

    def by_id(self, principal: Principal, project_id: int) -> Project:
        """Return the project of that id; raise ``ProjectNotFoundError``."""
        with self._database.reading() as session:
            project = session.exec(
                select(Project).where(
                    col(Project.id) == project_id, projects_within(principal.reach())
                )
            ).first()
        if project is None:
            raise ProjectNotFoundError(str(project_id))
        return project

    def list_projects(
        self, principal: Principal, *, limit: int, offset: int
    ) -> tuple[Sequence[Project], int]:
        """Return a page of the projects within reach by name, and how many."""
        condition = projects_within(principal.reach())
        with self._database.reading() as session:
            rows = session.exec(
                select(Project)
                .where(condition)
                .order_by(col(Project.name), col(Project.id))
                .limit(limit)
                .offset(offset)
            ).all()
            count = select(func.count()).select_from(Project).where(condition)
            return rows, session.exec(count).one()

    def create_project(
        self, principal: Principal, name: str, organisation_id: int | None = None
    ) -> Project:
        """Make a project in an organisation that the principal maintains.

        Without *organisation_id* it is the principal's first. Raises
        ``ProjectExistsError``, ``RoleTooLowError``.
        """
        with self._database.writing() as session:
            home = home_organisation(session.connection(), principal, organisation_id)
            exists = session.exec(
                select(Project.id).where(
                    Project.organisation_id == home, Project.name == name
                )
            ).first()
            if exists is not None:
                raise ProjectExistsError(name)
            project = Project(organisation_id=home, name=name, created_at=self._now())
            session.add(project)
            session.flush()
            return project

    def list_groups(
        self, principal: Principal, project_id: int, *, limit: int, offset: int
    ) -> tuple[Sequence[LogGroup], int]:
        """Return a page of a project's groups by name, and how many.

        Raises ``ProjectNotFoundError``.
        """
        self.by_id(principal, project_id)
        with self._database.reading() as session:
            rows = session.exec(
                select(LogGroup)
                .where(LogGroup.project_id == project_id)
                .order_by(col(LogGroup.name))
                .limit(limit)
                .offset(offset)
            ).all()
            count = (
                select(func.count())
                .select_from(LogGroup)
                .where(col(LogGroup.project_id) == project_id)
            )
            return rows, session.exec(count).one()

    def group_by_id(self, principal: Principal, group_id: int) -> LogGroup:
        """Return the group of that id; raise ``GroupNotFoundError``."""
        with self._database.reading() as session:
            group = session.exec(
                select(LogGroup).where(
                    col(LogGroup.id) == group_id,
                    rows_within(principal.reach(), col(LogGroup.project_id)),
                )
            ).first()
        if group is None:
            raise GroupNotFoundError(str(group_id))
        return group


def find_project(session: Session, principal: Principal, name: str) -> Project | None:
    """Return the oldest project of that name within reach."""
    return session.exec(
        select(Project)
        .where(Project.name == name, projects_within(principal.reach()))
        .order_by(col(Project.id))
    ).first()
