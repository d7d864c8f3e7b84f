"""Principals and roles: what the rest of the server knows of accounts.

A ``Principal`` is who makes a request, whatever proved it (an API token now, a web
session later). Other features ask it what it may see and do, and never read the
tables of this one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, NamedTuple, Protocol

from swiftlog_server.errors import RoleTooLowError, ScopeTooLowError

if TYPE_CHECKING:
    from collections.abc import Mapping

Scope = Literal["ingest", "read", "admin"]
INGEST: Final = "ingest"
READ: Final = "read"
ADMIN: Final = "admin"

VIEWER: Final = "viewer"
MAINTAINER: Final = "maintainer"
OWNER: Final = "owner"
ROLES: Final = (VIEWER, MAINTAINER, OWNER)  # weakest first

TOKEN_PREFIX: Final = "swl_"  # noqa: S105 - what tokens start with, not a token


class Reach(NamedTuple):
    """The projects that a query may touch: ``everything`` or the union of two sets.

    ``projects`` are ids of projects, ``organisations`` ids of organisations whose
    projects all count. Of that union, ``only`` leaves at most the one project to
    which a token is bound.
    """

    everything: bool
    projects: frozenset[int] = frozenset()
    organisations: frozenset[int] = frozenset()
    only: int | None = None

    def holds(self, project_id: int, organisation_id: int) -> bool:
        """Tell whether that project lies within."""
        if self.only not in (None, project_id):
            return False
        return (
            self.everything
            or project_id in self.projects
            or organisation_id in self.organisations
        )


class Principal(NamedTuple):
    """Who asks, and with which power.

    ``key`` is a stable name for rate limits and for the rule that a run belongs to
    who opened it: ``token:<id>``. ``project_id`` narrows a bound token to one project.
    ``is_admin`` is the server's administrator, owner everywhere. The two maps hold
    roles by organisation id and by project id.
    """

    key: str
    user_id: int
    login: str
    scope: Scope
    is_admin: bool = False
    token_id: int | None = None
    project_id: int | None = None
    organisation_roles: Mapping[int, str] = {}
    project_roles: Mapping[int, str] = {}

    def reach(self) -> Reach:
        """Return the projects that this principal may know of."""
        only = self.project_id
        if self.is_admin:
            bound = frozenset[int]() if only is None else frozenset((only,))
            return Reach(everything=only is None, projects=bound, only=only)
        return Reach(
            everything=False,
            projects=frozenset(self.project_roles),
            organisations=frozenset(self.organisation_roles),
            only=only,
        )

    def role_in(self, project_id: int, organisation_id: int) -> str | None:
        """Return the strongest role in a project; ``None``: it is foreign."""
        if self.project_id not in (None, project_id):
            return None
        if self.is_admin:
            return OWNER
        roles = (
            self.project_roles.get(project_id),
            self.organisation_roles.get(organisation_id),
        )
        return max((r for r in roles if r), key=ROLES.index, default=None)

    def require_scope(self, *scopes: Scope) -> None:
        """Raise ``ScopeTooLowError`` unless the scope is ``admin`` or in *scopes*."""
        if self.scope != ADMIN and self.scope not in scopes:
            raise ScopeTooLowError(self.scope, scopes or (ADMIN,))

    def require_role(self, role: str, project_id: int, organisation_id: int) -> None:
        """Raise ``RoleTooLowError`` unless the role there is *role* or stronger.

        Call it only for a project that the principal may know of; a foreign one is
        "not found" before this.
        """
        held = self.role_in(project_id, organisation_id)
        if held is None or ROLES.index(held) < ROLES.index(role):
            raise RoleTooLowError(held or "none", role)

    def require_server_admin(self) -> None:
        """Raise unless this is the server's administrator with an unbound token."""
        self.require_scope()
        if not self.is_admin or self.project_id is not None:
            raise RoleTooLowError("member", "server administrator")


class Authenticator(Protocol):
    """Turns the token of a request into a principal. Thread-safe."""

    def cached(self, token: str) -> Principal | None:
        """Return the principal if it was checked seconds ago; never blocks."""

    def authenticate(self, token: str) -> Principal:
        """Return the principal; may read the database.

        Raises ``UnauthenticatedError`` for an unknown, expired or revoked token and
        for a disabled user.
        """
