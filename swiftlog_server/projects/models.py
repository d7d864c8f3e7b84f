"""Rows of organisations, projects and groups.

Other features refer to all three by integer ids. No ``Relationship``: services join
explicitly. A name may hold any printable characters (``org/repo`` is a project).
"""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from swiftlog_server.db.columns import UtcDateTime


class Organisation(SQLModel, table=True):
    """A set of projects with members of its own."""

    __tablename__: ClassVar[str] = "organisations"

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(max_length=200, unique=True)
    created_at: datetime = Field(sa_type=UtcDateTime)


class Project(SQLModel, table=True):
    """A set of groups, often one repository; its name is unique in its organisation."""

    __tablename__: ClassVar[str] = "projects"
    __table_args__ = (UniqueConstraint("organisation_id", "name"),)

    id: int | None = Field(default=None, primary_key=True)
    organisation_id: int = Field(foreign_key="organisations.id", ondelete="CASCADE")
    name: str = Field(max_length=200, index=True)
    created_at: datetime = Field(sa_type=UtcDateTime)


class LogGroup(SQLModel, table=True):
    """Runs of the same command over time; its name is unique in its project."""

    __tablename__: ClassVar[str] = "log_groups"
    __table_args__ = (UniqueConstraint("project_id", "name"),)

    id: int | None = Field(default=None, primary_key=True)
    project_id: int = Field(foreign_key="projects.id", ondelete="CASCADE")
    name: str = Field(max_length=200)
    created_at: datetime = Field(sa_type=UtcDateTime)
