"""Rows of users, API tokens and memberships.

Other features refer to a user by ``users.id`` and are referred to by
``organisations.id`` and ``projects.id``, integers all. No ``Relationship``: services
join explicitly.
"""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field, SQLModel

from swiftlog_server.db.columns import UtcDateTime


class User(SQLModel, table=True):
    """Somebody who may sign in or own tokens.

    ``login`` is unique and lower-case. ``is_admin`` makes the owner of everything
    on this server. ``password_hash`` is Argon2 in PHC form; ``None``: no password
    has been set, only tokens work.
    """

    __tablename__: ClassVar[str] = "users"

    id: int | None = Field(default=None, primary_key=True)
    login: str = Field(max_length=200, unique=True)
    name: str = Field(default="", max_length=200)
    password_hash: str | None = Field(default=None, max_length=255)
    is_admin: bool = Field(default=False)
    created_at: datetime = Field(sa_type=UtcDateTime)
    disabled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class ApiToken(SQLModel, table=True):
    """A bearer token: its SHA-256 and what it may do. The token itself is not kept.

    ``hint`` is the start of the token, for people who compare lists; ``project_id``
    binds it to one project. ``last_used_at`` is accurate to about a minute.
    """

    __tablename__: ClassVar[str] = "api_tokens"
    __table_args__ = (
        CheckConstraint("scope IN ('ingest', 'read', 'admin')", name="scope"),
    )

    id: int | None = Field(default=None, primary_key=True)
    user_id: int = Field(foreign_key="users.id", index=True, ondelete="CASCADE")
    project_id: int | None = Field(
        default=None, foreign_key="projects.id", index=True, ondelete="CASCADE"
    )
    name: str = Field(max_length=200)
    hint: str = Field(max_length=16)
    token_sha256: str = Field(max_length=64, unique=True)  # lower-case hex
    scope: str = Field(max_length=16)
    created_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    last_used_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    revoked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Membership(SQLModel, table=True):
    """A user's role in one organisation (all its projects) or in one project."""

    __tablename__: ClassVar[str] = "memberships"
    __table_args__ = (
        CheckConstraint("role IN ('owner', 'maintainer', 'viewer')", name="role"),
        CheckConstraint(
            "(organisation_id IS NULL) <> (project_id IS NULL)", name="place"
        ),
        UniqueConstraint("user_id", "organisation_id"),
        UniqueConstraint("user_id", "project_id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    user_id: int = Field(foreign_key="users.id", ondelete="CASCADE")
    organisation_id: int | None = Field(
        default=None, foreign_key="organisations.id", index=True, ondelete="CASCADE"
    )
    project_id: int | None = Field(
        default=None, foreign_key="projects.id", index=True, ondelete="CASCADE"
    )
    role: str = Field(max_length=16)
    created_at: datetime = Field(sa_type=UtcDateTime)
