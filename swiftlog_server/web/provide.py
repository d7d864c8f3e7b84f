"""How routes get their services: by type, from the application that they are part of.

The composition root provides each service once. Routes name what they need; nothing
here knows any feature, and no module holds a singleton, so two servers can live in
one process.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

from starlette.requests import HTTPConnection

if TYPE_CHECKING:
    from starlette.applications import Starlette

T = TypeVar("T")


def provide(app: Starlette, *services: object) -> None:
    """Make *services* available to the routes of *app*, each by its own type."""
    held: dict[type, object] = getattr(app.state, "provided", {})
    app.state.provided = held | {type(service): service for service in services}


def get(connection: HTTPConnection, kind: type[T]) -> T:
    """Return the application's service of that type."""
    service: T = connection.app.state.provided[kind]
    return service


class Provided(Generic[T]):
    """The dependency: ``Annotated[RunService, Depends(Provided(RunService))]``."""

    def __init__(self, kind: type[T]) -> None:
        """Remember the type."""
        self._kind = kind

    # Not a plain function: the framework would run that on a thread, per request.
    async def __call__(self, connection: HTTPConnection) -> T:
        """Return the service."""
        return get(connection, self._kind)
