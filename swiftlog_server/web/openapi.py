"""The OpenAPI document: complete and true about errors and access.

The framework documents a 422 that this API never sends. Here every operation gets
the answers that it can really give, all with the one error body.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from fastapi.openapi.utils import get_openapi

from swiftlog_server.web.schemas import ErrorBody

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastapi import FastAPI

_UNUSED_SCHEMAS: Final = ("HTTPValidationError", "ValidationError")
# In a route's ``openapi_extra``: the media type of its errors, where not JSON.
ERROR_MEDIA: Final = "x-error-media"
_METHODS: Final = ("get", "put", "post", "delete", "patch", "head", "options")


def install(app: FastAPI) -> None:
    """Make *app* serve the corrected document; it is built once, when asked for."""

    def document() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _build(app)
        return app.openapi_schema

    app.openapi = document  # type: ignore[method-assign] # the framework's own way


def _build(app: FastAPI) -> dict[str, Any]:
    document = get_openapi(
        title=app.title,
        version=app.version,
        description=app.description,
        routes=app.routes,
    )
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    for name in _UNUSED_SCHEMAS:
        schemas.pop(name, None)
    schemas["ErrorBody"] = ErrorBody.model_json_schema()
    for path, operations in document.get("paths", {}).items():
        for method, operation in operations.items():
            if method in _METHODS:
                _complete(path, operation)
    return document


def _complete(path: str, operation: dict[str, Any]) -> None:
    responses = operation.setdefault("responses", {})
    responses.pop("422", None)
    schema = {"schema": {"$ref": "#/components/schemas/ErrorBody"}}
    other_media = operation.pop(ERROR_MEDIA, None)
    for status in _possible(path, operation):
        entry = responses.setdefault(str(status), {})
        entry.setdefault("description", HTTPStatus(status).phrase)
        entry["content"] = (
            {other_media: {}} if other_media else {"application/json": schema}
        )
        if status in (429, 503):
            entry["headers"] = {
                "Retry-After": {
                    "description": "Seconds to wait.",
                    "schema": {"type": "integer"},
                }
            }


def _possible(path: str, operation: dict[str, Any]) -> Iterator[int]:
    """Yield the error statuses that the operation can answer with.

    A route declares what is particular to it (409, say) in ``responses``.
    """
    yield from (int(s) for s in operation["responses"] if s[0] in "45")
    if operation.get("parameters") or "requestBody" in operation:
        yield 400
    if operation.get("security"):
        yield from (401, 403, 429)
    if "{" in path:
        yield 404
    if "requestBody" in operation:
        yield from (413, 415)
    yield from (500, 503)
