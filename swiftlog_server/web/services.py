"""What routes are given: the services of this process, in one immutable set.

The composition root makes it; routes take ``Served``. Nothing here is a singleton of
a module, so two servers can live in one process.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, NamedTuple

from fastapi import Depends
from starlette.requests import HTTPConnection

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from swiftlog_server.accounts.authenticator import TokenAuthenticator
    from swiftlog_server.accounts.service import AccountService
    from swiftlog_server.live.hub import LiveHub
    from swiftlog_server.live.statuses import StatusBoard
    from swiftlog_server.logs.service import LogService
    from swiftlog_server.projects.service import ProjectService
    from swiftlog_server.runs.service import RunService
    from swiftlog_server.web.rate_limit import RateLimiter


class About(NamedTuple):
    """What anybody may know of this server. ``grpc_port`` is 0 when it has none."""

    version: str
    protocol: int
    grpc_port: int = 0


class Services(NamedTuple):
    """The services of one process.

    ``check_parts`` tells of each part that requests need either ``ok`` or what is
    wrong with it; it may take a moment. ``limiter`` is ``None`` when limits are off.
    """

    about: About
    authenticator: TokenAuthenticator
    accounts: AccountService
    projects: ProjectService
    runs: RunService
    logs: LogService
    hub: LiveHub
    statuses: StatusBoard
    limiter: RateLimiter | None
    check_parts: Callable[[], Mapping[str, str]]


def services_of(connection: HTTPConnection) -> Services:
    """Return the services that the application was built with."""
    services: Services = connection.app.state.services
    return services


async def _served(connection: HTTPConnection) -> Services:
    # Not services_of itself: a plain function would cost a thread for each request.
    return services_of(connection)


Served = Annotated[Services, Depends(_served)]
