"""Projects and groups: who sees them, who makes them, also when they race."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from sqlmodel import col, select

from swiftlog_server.accounts.interfaces import INGEST, MAINTAINER, VIEWER
from swiftlog_server.errors import (
    GroupNotFoundError,
    ProjectBoundError,
    ProjectExistsError,
    ProjectNotFoundError,
    RoleTooLowError,
)
from swiftlog_server.projects.models import Organisation, Project
from swiftlog_server.projects.placement import place_run
from swiftlog_server.projects.scope import home_organisation, projects_within
from swiftlog_server.projects.service import ProjectService
from tests.unit.swiftlog_server.people import user
from tests.unit.swiftlog_server.recording import numbered

if TYPE_CHECKING:
    from swiftlog_server.accounts.interfaces import Principal
    from swiftlog_server.db.engine import Database
    from swiftlog_server.projects.placement import Place


def place(database: Database, principal: Principal, project: str = "o/r") -> Place:
    info = numbered(1).info(project, "unit")
    with database.write_connection() as connection:
        return place_run(connection, principal, info, datetime.now(UTC))


def test_a_run_makes_its_project_and_group_once(
    database: Database, admin: Principal
) -> None:
    first = place(database, admin)
    assert place(database, admin) == first
    service = ProjectService(database)
    assert service.id_by_name(admin, "o/r") == first.project_id
    groups, total = service.list_groups(admin, first.project_id, limit=5, offset=0)
    assert ([group.name for group in groups], total) == (["unit"], 1)
    assert service.group_by_id(admin, first.group_id).name == "unit"


def test_a_bound_token_makes_groups_in_its_own_project_only(
    database: Database, admin: Principal
) -> None:
    own = place(database, admin, "own")
    place(database, admin, "other")
    bound = admin._replace(scope=INGEST, project_id=own.project_id)
    assert place(database, bound, "own").project_id == own.project_id
    for name in ("other", "new"):
        with pytest.raises(ProjectBoundError):
            place(database, bound, name)
    gone = admin._replace(project_id=999)
    with pytest.raises(ProjectNotFoundError):
        place(database, gone, "own")


def test_a_viewer_delivers_nothing(database: Database, admin: Principal) -> None:
    project_id = place(database, admin).project_id
    viewer = user(database, "vera")._replace(project_roles={project_id: VIEWER})
    with pytest.raises(RoleTooLowError):
        place(database, viewer)
    with pytest.raises(RoleTooLowError):
        place(database, viewer, "new")


def test_a_member_sees_its_own_and_nothing_else(
    database: Database, admin: Principal
) -> None:
    service = ProjectService(database)
    with database.writing() as session:
        other = Organisation(name="other", created_at=datetime.now(UTC))
        session.add(other)
        session.flush()
        home = other.id or 0
    hidden = service.create_project(admin, "hidden")
    member = user(database, "mia")._replace(organisation_roles={home: MAINTAINER})
    shared = service.create_project(member, "hidden")
    assert shared.organisation_id == home
    rows, total = service.list_projects(member, limit=10, offset=0)
    assert ([row.id for row in rows], total) == ([shared.id], 1)
    assert service.by_name(member, "hidden").id == shared.id
    with pytest.raises(ProjectNotFoundError):
        service.by_id(member, hidden.id or 0)
    with pytest.raises(ProjectNotFoundError):
        service.list_groups(member, hidden.id or 0, limit=1, offset=0)
    with pytest.raises(GroupNotFoundError):
        service.group_by_id(member, place(database, admin, "hidden").group_id)
    with pytest.raises(ProjectExistsError):
        service.create_project(member, "hidden")
    with pytest.raises(RoleTooLowError):
        service.create_project(member, "x", organisation_id=hidden.organisation_id)
    with database.reading() as session:
        seen = session.exec(
            select(col(Project.id)).where(projects_within(member.reach()))
        ).all()
        assert seen == [shared.id]
        assert home_organisation(session.connection(), member) == home
