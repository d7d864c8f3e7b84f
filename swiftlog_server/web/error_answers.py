"""Turns what a route raised into the one error body of the API.

Owns the HTTP side only: which error has which status is in
``swiftlog_server.errors``. Nothing that was sent is repeated in an answer but names
of fields, and nothing of a bug leaves but its request id.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Final

import structlog
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from swiftlog_core.errors import SwiftLogError
from swiftlog_server.errors import (
    RateLimitedError,
    RequestInvalidError,
    UnauthenticatedError,
    UnavailableError,
    body_of,
    status_of,
)

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.requests import Request
    from starlette.responses import Response

_log = structlog.get_logger(__name__)

# The framework's own refusals: status -> (code, sentence).
_FRAMEWORK: Final = {
    400: ("request_invalid", "the request cannot be read"),
    404: ("not_found", "there is nothing at this address; see /api/v1/openapi.json"),
    405: ("method_not_allowed", "this address does not take that method"),
    413: ("body_too_large", "the body is too large"),
    415: ("unsupported_media_type", "a body of this type is not taken"),
}


def install(app: FastAPI) -> None:
    """Register the handlers on *app*."""
    app.add_exception_handler(SwiftLogError, _known)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _framework)
    app.add_exception_handler(Exception, _bug)


def answer(error: SwiftLogError) -> JSONResponse:
    """Return the response for *error*, headers included."""
    status = status_of(error)
    if status is None:
        return _bug_answer()
    headers = {}
    if isinstance(error, UnauthenticatedError):
        headers["WWW-Authenticate"] = 'Bearer realm="swiftlog"'
    if isinstance(error, (RateLimitedError, UnavailableError)):
        headers["Retry-After"] = str(error.retry_after)
    return JSONResponse(body_of(error), status.http, headers)


async def _known(request: Request, error: Exception) -> Response:
    if isinstance(error, SwiftLogError) and status_of(error) is not None:
        return answer(error)
    return await _bug(request, error)


async def _invalid(request: Request, error: Exception) -> Response:
    """Replace the framework's 422: a request that does not check is a 400."""
    del request
    problems = error.errors() if isinstance(error, RequestValidationError) else []
    fields = [
        {
            "field": ".".join(str(part) for part in problem["loc"]),
            "problem": str(problem["msg"]),
        }
        for problem in problems
    ]
    return answer(RequestInvalidError(fields))


async def _framework(request: Request, error: Exception) -> Response:
    del request
    status = error.status_code if isinstance(error, HTTPException) else 500
    phrase = HTTPStatus(status).phrase.lower()
    code, sentence = _FRAMEWORK.get(status, (phrase.replace(" ", "_"), phrase))
    headers = error.headers if isinstance(error, HTTPException) else None
    body = {"error": sentence, "code": code, "details": None}
    return JSONResponse(body, status, headers)


async def _bug(request: Request, error: Exception) -> Response:
    """Answer 500; the error itself goes to the server's own log."""
    request_id = request.scope.get("swiftlog.request_id")
    _log.error(
        "request_failed",
        method=request.method,
        path=request.url.path,
        request_id=request_id,
        exc_info=error,
    )
    return _bug_answer(request_id)


def _bug_answer(request_id: str | None = None) -> JSONResponse:
    body = {
        "error": "the server failed at this; its log has the request id",
        "code": "internal_error",
        "details": {"request_id": request_id} if request_id else None,
    }
    return JSONResponse(body, 500)
