"""Turns what a route raised into the one error body of the API.

Owns the HTTP side only: which error has which status is in
``swiftlog_server.errors``. Nothing that was sent is repeated in an answer but names
of fields, and nothing of a bug leaves but its request id.
"""

from __future__ import annotations

from http import HTTPStatus
from traceback import format_exception
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
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

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


class BugBoundary:
    """Answers 500 for whatever no handler knows; the error goes to the server's log.

    An ASGI layer and not the framework's handler for ``Exception``: that one works
    outside all layers, and its answers would lack their headers.
    """

    def __init__(self, app: ASGIApp) -> None:
        """Wrap *app*."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on; answer for an error that comes before the answer has begun."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun = False

        async def send_noted(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self._app(scope, receive, send_noted)
        except Exception as error:
            _report(scope, error)
            if begun:
                raise  # the client must see that the answer is cut
            request_id = scope.get("swiftlog.request_id")
            await _bug_answer(request_id)(scope, receive, send)


async def _known(request: Request, error: Exception) -> Response:
    del request
    if isinstance(error, SwiftLogError) and status_of(error) is not None:
        return answer(error)
    raise error


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


def _report(scope: Scope, error: Exception) -> None:
    _log.error(
        "request_failed",
        method=scope["method"],
        path=scope["path"],
        request_id=scope.get("swiftlog.request_id"),
        # Text and not exc_info: some renderers show locals, and a token among them.
        trace="".join(format_exception(error)),
    )


def _bug_answer(request_id: str | None = None) -> JSONResponse:
    body = {
        "error": "the server failed at this; its log has the request id",
        "code": "internal_error",
        "details": {"request_id": request_id} if request_id else None,
    }
    return JSONResponse(body, 500)
