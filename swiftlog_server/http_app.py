"""Assembles the HTTP application from the services of this process."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final, NamedTuple

import structlog
from anyio.to_thread import current_default_thread_limiter, run_sync
from fastapi import FastAPI

from swiftlog_server.accounts.routes import router as accounts_router
from swiftlog_server.live.routes import router as live_router
from swiftlog_server.logs.routes import router as logs_router
from swiftlog_server.projects.routes import router as projects_router
from swiftlog_server.runs.routes import router as runs_router
from swiftlog_server.web import error_answers, openapi
from swiftlog_server.web.guards import BodyLimit, JsonBodies, SecurityHeaders
from swiftlog_server.web.health import ServerFacts
from swiftlog_server.web.health import router as health_router
from swiftlog_server.web.provide import provide
from swiftlog_server.web.rate_limit import RateLimiter

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from fastapi import APIRouter

    from swiftlog_server.accounts.authenticator import TokenAuthenticator
    from swiftlog_server.accounts.service import AccountService
    from swiftlog_server.live.hub import LiveHub
    from swiftlog_server.live.statuses import StatusBoard
    from swiftlog_server.logs.proof import ProofService
    from swiftlog_server.logs.service import LogService
    from swiftlog_server.projects.service import ProjectService
    from swiftlog_server.runs.removal import RunRemoval
    from swiftlog_server.runs.service import RunService

BODY_BYTES: Final = 1024 * 1024
INGEST_BODY_BYTES: Final = 16 * 1024 * 1024
_INGEST: Final = "/api/v1/ingest/"  # protobuf bodies
_THREADS: Final = 32  # as many as the database has connections
_USAGE_SECONDS: Final = 60.0

_log = structlog.get_logger(__name__)


class Services(NamedTuple):
    """What the routes need, each made by the composition root."""

    facts: ServerFacts
    authenticator: TokenAuthenticator
    accounts: AccountService
    projects: ProjectService
    runs: RunService
    removal: RunRemoval
    logs: LogService
    proofs: ProofService
    hub: LiveHub
    statuses: StatusBoard
    limiter: RateLimiter


def build_application(
    services: Services, *, routers: Sequence[APIRouter] = (), tls_only: bool = False
) -> FastAPI:
    """Return the application; *routers* are added to the built-in features'.

    *tls_only* makes browsers insist on TLS. Serve it with ``ws_max_size`` of a few
    KiB: clients have little to say.
    """
    app = FastAPI(
        title="SwiftLog",
        version=services.facts.version,
        description=(
            "Runs, their logs and their causes. Lists take `limit` and `offset`; "
            "errors have one form, `ErrorBody`. A foreign project answers 404, an own "
            "one with too low a role or scope 403."
        ),
        openapi_url="/api/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=_lifespan,
    )
    provide(app, *services)
    app.state.services = services
    error_answers.install(app)
    openapi.install(app)
    for router in (  # the first that match cost least: the busiest go before
        runs_router,
        logs_router,
        live_router,
        *routers,
        projects_router,
        accounts_router,
        health_router,
    ):
        app.include_router(router)
    app.add_middleware(JsonBodies, elsewhere=(_INGEST,))
    app.add_middleware(
        BodyLimit, limit=BODY_BYTES, exceptions={_INGEST: INGEST_BODY_BYTES}
    )
    app.add_middleware(error_answers.BugBoundary)
    app.add_middleware(SecurityHeaders, hsts=tls_only)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Open what needs the event loop; at the end write down what is in memory."""
    services: Services = app.state.services
    current_default_thread_limiter().total_tokens = _THREADS
    services.hub.open()
    services.statuses.open()
    writer = asyncio.create_task(_write_usage(services))
    try:
        yield
    finally:
        writer.cancel()
        await services.statuses.close()
        await services.hub.close()
        await run_sync(services.authenticator.write_usage)


async def _write_usage(services: Services) -> None:
    while True:
        await asyncio.sleep(_USAGE_SECONDS)
        try:
            await run_sync(services.authenticator.write_usage)
        except Exception:  # noqa: BLE001 - the database may be away for a while
            _log.warning("token_usage_not_written", exc_info=True)
