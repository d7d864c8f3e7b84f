"""Whether this process lives, is ready, and what it is: the routes without a token."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Literal, NamedTuple

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel, Field

from swiftlog_server.web.provide import Provided

router = APIRouter(tags=["operations"])


class ServerFacts(NamedTuple):
    """What anybody may know of this server, and how to tell that it is ready.

    ``server_id`` names the installation; ``grpc_port`` is 0 when this process has
    none. ``check_parts`` tells of each part that requests need either ``ok`` or what
    is wrong with it; it may take a moment.
    """

    version: str
    protocol: int
    server_id: str
    grpc_port: int
    check_parts: Callable[[], Mapping[str, str]]


_Facts = Annotated[ServerFacts, Depends(Provided(ServerFacts))]


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
def ready(facts: _Facts, response: Response) -> Readiness:
    """Tell whether requests can be served; 503 names the part that is missing."""
    parts = dict(facts.check_parts())
    fine = all(state == "ok" for state in parts.values())
    response.status_code = 200 if fine else 503
    return Readiness(ready=fine, parts=parts)


@router.get("/api/v1/version")
async def version(facts: _Facts) -> Version:
    """Tell the server's version and where recorders connect."""
    return Version(
        version=facts.version,
        protocol=facts.protocol,
        grpc_port=facts.grpc_port or None,
    )
