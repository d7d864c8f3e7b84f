"""Shapes of the project and group routes."""

from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from swiftlog_server.web.schemas import RequestModel


def _printable(name: str) -> str:
    """Names are shown and put in addresses: nothing that only machines see."""
    if not name.isprintable() or name != name.strip():
        message = "printable characters are needed, and no space at the ends"
        raise ValueError(message)
    return name


ProjectName = Annotated[
    str,
    StringConstraints(min_length=1, max_length=200),
    AfterValidator(_printable),
]


class ProjectRequest(RequestModel):
    """A project to be made."""

    name: ProjectName = Field(examples=["org/repo"])
    organisation_id: int | None = Field(
        default=None, ge=1, le=2**53, description="Without it: your first."
    )


class ProjectBody(BaseModel):
    """A project."""

    model_config = ConfigDict(from_attributes=True)

    id: int
    organisation_id: int
    name: str
    created_at: datetime


class ProjectPage(BaseModel):
    """A page of projects, by name."""

    items: list[ProjectBody]
    total: int
    limit: int
    offset: int


class GroupBody(BaseModel):
    """A group: runs of the same command over time."""

    model_config = ConfigDict(from_attributes=True)

    id: int
    project_id: int
    name: str
    created_at: datetime


class GroupPage(BaseModel):
    """A page of a project's groups, by name."""

    items: list[GroupBody]
    total: int
    limit: int
    offset: int
