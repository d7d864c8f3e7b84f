"""ASGI layers around the whole application: headers, request ids, body limits.

Plain ASGI and not the framework's middleware classes: those start a task and two
queues for each request, which costs more than a small route.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Final

from starlette.exceptions import HTTPException

from swiftlog_server.errors import BodyTooLargeError, MediaTypeError
from swiftlog_server.web.error_answers import answer

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

# Nothing that the API answers is a document: no script, no frame, no sniffing.
_HEADERS: Final = (
    (b"x-content-type-options", b"nosniff"),
    (
        b"content-security-policy",
        b"default-src 'none'; frame-ancestors 'none'; base-uri 'none'",
    ),
    (b"referrer-policy", b"no-referrer"),
    (b"x-frame-options", b"DENY"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"cache-control", b"no-store"),
)
_JSON: Final = "application/json"


class SecurityHeaders:
    """Adds headers that a route has not set itself, and a request id."""

    def __init__(self, app: ASGIApp, *, hsts: bool = False) -> None:
        """Wrap *app*; *hsts*: the server is reached by TLS only."""
        self._app = app
        extra = ((b"strict-transport-security", b"max-age=31536000"),) if hsts else ()
        self._headers = _HEADERS + extra

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass HTTP requests on with a ``send`` that completes the headers."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = secrets.token_hex(8)
        scope["swiftlog.request_id"] = request_id

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = list(message["headers"])
                present = {name for name, _ in headers}
                headers += [h for h in self._headers if h[0] not in present]
                headers.append((b"x-request-id", request_id.encode()))
                message["headers"] = headers
            await send(message)

        await self._app(scope, receive, send_with_headers)


class BodyLimit:
    """Refuses bodies over a limit, declared or not, before anything reads them.

    ``exceptions`` maps a path prefix to its own limit in bytes.
    """

    def __init__(
        self, app: ASGIApp, limit: int, exceptions: dict[str, int] | None = None
    ) -> None:
        """Wrap *app* with the general *limit* in bytes."""
        self._app = app
        self._limit = limit
        self._exceptions = exceptions or {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass requests on; count the body as it comes."""
        if scope["type"] != "http" or scope["method"] in ("GET", "HEAD"):
            await self._app(scope, receive, send)
            return
        limit = self._limit_of(scope["path"])
        if _declared(scope) > limit:
            await answer(BodyTooLargeError(limit))(scope, receive, send)
            return
        taken = 0

        async def receive_counted() -> Message:
            nonlocal taken
            message = await receive()
            if message["type"] == "http.request":
                taken += len(message.get("body", b""))
                if taken > limit:
                    # The framework turns every other error here into a 400.
                    raise HTTPException(413)
            return message

        await self._app(scope, receive_counted, send)

    def _limit_of(self, path: str) -> int:
        for prefix, limit in self._exceptions.items():
            if path.startswith(prefix):
                return limit
        return self._limit


class JsonBodies:
    """Refuses a body that is not JSON where the API takes JSON.

    *elsewhere* are path prefixes whose routes look at the type themselves.
    """

    def __init__(self, app: ASGIApp, elsewhere: tuple[str, ...] = ()) -> None:
        """Wrap *app*."""
        self._app = app
        self._elsewhere = elsewhere

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass requests on that have no body or one of JSON."""
        if scope["type"] == "http" and not scope["path"].startswith(self._elsewhere):
            headers = dict(scope["headers"])
            sent = headers.get(b"content-type", b"").decode("latin-1")
            kind = sent.partition(";")[0].strip().lower()
            if _has_body(headers) and kind != _JSON:
                await answer(MediaTypeError(sent, _JSON))(scope, receive, send)
                return
        await self._app(scope, receive, send)


def _has_body(headers: dict[bytes, bytes]) -> bool:
    return headers.get(b"content-length", b"0") != b"0" or (
        b"transfer-encoding" in headers
    )


def _declared(scope: Scope) -> int:
    value: bytes = dict(scope["headers"]).get(b"content-length", b"")
    return int(value) if value.isdigit() else 0
