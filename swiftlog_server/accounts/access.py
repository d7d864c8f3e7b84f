"""Who makes a request: the one dependency that every protected route has.

Owns reading the ``Authorization`` header, the scope check and the rate limit. What
the principal may see within its scope is the services' business.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

from anyio.to_thread import run_sync
from fastapi import Depends
from fastapi.openapi.models import HTTPBearer as HttpBearerModel
from fastapi.security.base import SecurityBase
from starlette.requests import HTTPConnection

from swiftlog_server.accounts.authenticator import TokenAuthenticator
from swiftlog_server.accounts.interfaces import INGEST, READ, Principal, Scope
from swiftlog_server.errors import UnauthenticatedError
from swiftlog_server.web.provide import get
from swiftlog_server.web.rate_limit import RateLimiter

if TYPE_CHECKING:
    from swiftlog_server.accounts.interfaces import Authenticator

_SCHEME: Final = "bearer "


def token_of(connection: HTTPConnection) -> str | None:
    """Return the bearer token of a request or a WebSocket's handshake, if any."""
    header = connection.headers.get("authorization")
    if header is None or header[: len(_SCHEME)].lower() != _SCHEME:
        return None
    return header[len(_SCHEME) :].strip()


async def identify(accounts: Authenticator, token: str) -> Principal:
    """Return the principal of *token* without blocking the event loop.

    Raises ``UnauthenticatedError``.
    """
    principal = accounts.cached(token)
    if principal is None:
        principal = await run_sync(accounts.authenticate, token)
    return principal


class Access(SecurityBase):
    """The dependency; also what OpenAPI shows as the scheme ``token``."""

    def __init__(self, *scopes: Scope, limited: bool = True) -> None:
        """Let in principals with one of *scopes*, and always those with ``admin``.

        Not *limited*: the route counts by itself (the ingest does, in frames).
        """
        self.model = HttpBearerModel(
            bearerFormat="swl_...",
            description="An API token: `Authorization: Bearer swl_...`.",
        )
        self.scheme_name = "token"
        self._scopes = scopes
        self._limited = limited

    async def __call__(self, connection: HTTPConnection) -> Principal:
        """Return who asks; raise what the error table turns into 401, 403, 429."""
        token = token_of(connection)
        if token is None:
            message = "no token was sent"
            raise UnauthenticatedError(message)
        authenticator = get(connection, TokenAuthenticator)
        principal = await identify(authenticator, token)
        if self._limited:
            get(connection, RateLimiter).take(principal.key)
        principal.require_scope(*self._scopes)
        return principal


Reader = Annotated[Principal, Depends(Access(READ))]
Recorder = Annotated[Principal, Depends(Access(INGEST, limited=False))]
Administrator = Annotated[Principal, Depends(Access())]
Anyone = Annotated[Principal, Depends(Access(READ, INGEST))]
