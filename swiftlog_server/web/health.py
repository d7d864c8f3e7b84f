"""Whether this process lives, is ready, and what it is: the routes without a token."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from swiftlog_server.web.services import Served

router = APIRouter(tags=["operations"])


class Health(BaseModel):
    """The process answers."""

    status: Literal["ok"] = "ok"


class Readiness(BaseModel):
    """Each part that requests need: ``ok``, or what is wrong with it."""

    ready: bool
    parts: dict[str, str]


class Version(BaseModel):
    """Which server this is, before anybody signs in."""

    version: str
    protocol: int = Field(description="The wire protocol that recorders must speak.")
    grpc_port: int | None = Field(description="Where recorders connect, if here.")


@router.get("/health")
async def health() -> Health:
    """Tell that the process lives. Asks nothing else."""
    return Health()


@router.get("/ready", responses={503: {"model": Readiness}})
def ready(served: Served, response: Response) -> Readiness:
    """Tell whether requests can be served; 503 names the part that is missing."""
    parts = dict(served.check_parts())
    fine = all(state == "ok" for state in parts.values())
    response.status_code = 200 if fine else 503
    return Readiness(ready=fine, parts=parts)


@router.get("/api/v1/version")
async def version(served: Served) -> Version:
    """Tell the server's version and where recorders connect."""
    about = served.about
    return Version(
        version=about.version,
        protocol=about.protocol,
        grpc_port=about.grpc_port or None,
    )
