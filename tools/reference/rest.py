"""The page of the server's HTTP routes, from the routers of its features."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import swiftlog_server
from tools.reference.markdown import sentence, table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastapi import APIRouter

HEAD = """\
# HTTP routes

The server describes itself: `GET /api/v1/openapi.json` has every parameter and form.
These are the routes, by feature.
Every one but those under `operations` asks for a token, as `Authorization: Bearer ...`.
"""


def rest_page() -> str:
    """Return the page of all routes."""
    tags: dict[str, list[tuple[str, str]]] = {}
    for router in _routers():
        tags.setdefault(str(router.tags[0]), []).extend(_rows(router))
    return HEAD + "".join(
        f"\n## {tag}\n\n{table(('route', 'what it does'), *tags[tag])}"
        for tag in sorted(tags)
    )


def _routers() -> Iterator[APIRouter]:
    root = Path(swiftlog_server.__path__[0])
    for path in sorted(root.glob("*/*.py")):
        if "APIRouter(" in path.read_text(encoding="utf-8"):
            module = import_module(f"swiftlog_server.{path.parent.name}.{path.stem}")
            yield module.router


def _rows(router: APIRouter) -> Iterator[tuple[str, str]]:
    for route in router.routes:
        methods = " ".join(sorted(getattr(route, "methods", None) or ["WebSocket"]))
        endpoint = getattr(route, "endpoint", None)
        path = getattr(route, "path", "")
        yield f"`{methods} {path}`", sentence(getattr(endpoint, "__doc__", "") or "")
