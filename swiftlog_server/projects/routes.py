"""Routes for projects and groups.

Names may hold a slash, so addresses carry ids; ``GET /projects?name=`` finds one.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query
from pydantic import Field

from swiftlog_server.accounts.access import Administrator, Reader
from swiftlog_server.errors import ProjectNotFoundError
from swiftlog_server.projects.schemas import (
    GroupBody,
    GroupPage,
    ProjectBody,
    ProjectName,
    ProjectPage,
    ProjectRequest,
)
from swiftlog_server.projects.service import ProjectService
from swiftlog_server.web.paging import PageQuery, Paging
from swiftlog_server.web.provide import Provided
from swiftlog_server.web.schemas import ErrorBody

router = APIRouter(prefix="/api/v1", tags=["projects"])

Projects = Annotated[ProjectService, Depends(Provided(ProjectService))]
RowId = Annotated[int, Path(ge=1, le=2**53)]


class ProjectQuery(PageQuery):
    """Which projects are meant."""

    name: ProjectName | None = Field(default=None, description="Exactly this name.")


@router.get("/projects")
def list_projects(
    principal: Reader, projects: Projects, wanted: Annotated[ProjectQuery, Query()]
) -> ProjectPage:
    """List the projects within reach, by name."""
    limit, offset = wanted.limit, wanted.offset
    if wanted.name is None:
        rows, total = projects.list_projects(principal, limit=limit, offset=offset)
    else:
        try:
            found = [projects.by_name(principal, wanted.name)]
        except ProjectNotFoundError:
            found = []
        rows, total = found[offset : offset + limit], len(found)
    items = [ProjectBody.model_validate(row) for row in rows]
    return ProjectPage(items=items, total=total, limit=limit, offset=offset)


@router.post("/projects", status_code=201, responses={409: {"model": ErrorBody}})
def create_project(
    principal: Administrator, projects: Projects, wish: ProjectRequest
) -> ProjectBody:
    """Make a project; needs the role maintainer in its organisation."""
    row = projects.create_project(principal, wish.name, wish.organisation_id)
    return ProjectBody.model_validate(row)


@router.get("/projects/{project_id}")
def get_project(
    principal: Reader, projects: Projects, project_id: RowId
) -> ProjectBody:
    """Return a project."""
    return ProjectBody.model_validate(projects.by_id(principal, project_id))


@router.get("/projects/{project_id}/groups")
def list_groups(
    principal: Reader,
    projects: Projects,
    project_id: RowId,
    page: Paging,
) -> GroupPage:
    """List a project's groups, by name."""
    limit, offset = page.limit, page.offset
    rows, total = projects.list_groups(
        principal, project_id, limit=limit, offset=offset
    )
    items = [GroupBody.model_validate(row) for row in rows]
    return GroupPage(items=items, total=total, limit=limit, offset=offset)


@router.get("/groups/{group_id}")
def get_group(principal: Reader, projects: Projects, group_id: RowId) -> GroupBody:
    """Return a group."""
    return GroupBody.model_validate(projects.group_by_id(principal, group_id))
