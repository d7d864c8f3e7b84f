"""The two WebSocket routes, and how their clients prove who they are.

Close codes: 4400 a parameter cannot be used, 4401 not (or no longer) authenticated,
4403 the scope or role is too low, 4404 no such run within reach. A token never
travels in the address: it would end up in logs of proxies.
"""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from anyio.to_thread import run_sync
from fastapi import APIRouter, WebSocket
from starlette.websockets import WebSocketDisconnect

from swiftlog_core.errors import RunNotFoundError, SwiftLogError
from swiftlog_server.accounts.access import identify, token_of
from swiftlog_server.accounts.authenticator import TokenAuthenticator
from swiftlog_server.accounts.interfaces import READ
from swiftlog_server.errors import (
    AccessError,
    NotFoundError,
    RequestInvalidError,
    UnauthenticatedError,
)
from swiftlog_server.live.hub import LiveHub
from swiftlog_server.live.session import LiveSession
from swiftlog_server.live.statuses import StatusBoard
from swiftlog_server.runs.service import RunService
from swiftlog_server.web.provide import get

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine

    from swiftlog_server.accounts.interfaces import Principal
    from swiftlog_server.live.statuses import StatusWatcher

router = APIRouter(prefix="/api/v1", tags=["live"])

AUTH_SECONDS: Final = 5.0
RECHECK_SECONDS: Final = 60.0
_MAX_LINE: Final = 2**53
_MAX_REASON: Final = 120  # a close frame holds 123 bytes
_CODES: Final[tuple[tuple[type[SwiftLogError], int], ...]] = (
    (UnauthenticatedError, 4401),
    (AccessError, 4403),
    (NotFoundError, 4404),
    (RunNotFoundError, 4404),
    (RequestInvalidError, 4400),
)


@router.websocket("/runs/{run_id}/live")
async def live_run(websocket: WebSocket, run_id: str) -> None:
    """Follow one run; ``?from_line=N``, and ``&batch=1``: many lines a message."""
    runs, hub = get(websocket, RunService), get(websocket, LiveHub)

    async def follow(connection: _Connection) -> None:
        from_line, batched = _parameters(websocket)
        found = (await run_sync(runs.get, connection.principal, run_id)).run
        connection.check = lambda who: run_sync(runs.get, who, found.id)
        feed = await hub.watch(found.id)
        try:
            session = LiveSession(
                hub,
                feed,
                websocket.send_text,
                from_line=from_line,
                batched=batched,
            )
            await session.run()
        finally:
            hub.leave(found.id)
        raise RunNotFoundError(run_id)

    await _Connection(websocket).serve(follow)


@router.websocket("/live")
async def live_statuses(websocket: WebSocket) -> None:
    """Follow the statuses of all runs within reach."""
    statuses = get(websocket, StatusBoard)

    async def follow(connection: _Connection) -> None:
        watcher = statuses.join(connection.principal.reach())
        connection.check = lambda who: _renew(watcher, who)
        try:
            while True:
                state = await watcher.next()
                await websocket.send_text(state.message())
        finally:
            statuses.leave(watcher)

    await _Connection(websocket).serve(follow)


async def _renew(watcher: StatusWatcher, principal: Principal) -> None:
    watcher.reach = principal.reach()


class _Connection:
    """One socket from its first message to its close code."""

    principal: Principal

    def __init__(self, websocket: WebSocket) -> None:
        self._websocket = websocket
        self._token = ""
        self.check: Callable[[Principal], Awaitable[object]] | None = None

    async def serve(
        self, follow: Callable[[_Connection], Coroutine[object, object, None]]
    ) -> None:
        """Authenticate, then run *follow* until the client goes or may no longer.

        Accepts first: a browser sees a close code only after that.
        """
        websocket = self._websocket
        await websocket.accept()
        try:
            await self._authenticate()
            await self._race(follow(self))
        except WebSocketDisconnect:
            return
        except SwiftLogError as error:
            code = next((c for kind, c in _CODES if isinstance(error, kind)), 1011)
            with suppress(RuntimeError, WebSocketDisconnect):  # it is gone already
                await websocket.close(code, str(error)[:_MAX_REASON])

    async def _authenticate(self) -> None:
        token = token_of(self._websocket)
        if token is None:
            token = await self._first_message()
        self._token = token
        self.principal = await self._identify()

    async def _identify(self) -> Principal:
        principal = await identify(
            get(self._websocket, TokenAuthenticator), self._token
        )
        principal.require_scope(READ)
        return principal

    async def _first_message(self) -> str:
        """Return the token of ``{"type": "auth", "token": ...}``."""
        message = f"no token came within {AUTH_SECONDS:g} s"
        try:
            text = await asyncio.wait_for(self._websocket.receive_text(), AUTH_SECONDS)
            first = json.loads(text)
        except (TimeoutError, ValueError, KeyError):
            first = None
        if isinstance(first, dict) and first.get("type") == "auth":
            token = first.get("token")
            if isinstance(token, str):
                return token
        raise UnauthenticatedError(message)

    async def _race(self, following: Coroutine[object, object, None]) -> None:
        """Follow until the first ends: following, the client, or its permission."""
        tasks = [
            asyncio.ensure_future(following),
            asyncio.ensure_future(self._listen()),
        ]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _listen(self) -> None:
        """Wait for the client to go; check its permission every minute.

        What clients say after the first message means nothing and is dropped.
        """
        loop = asyncio.get_running_loop()
        due = loop.time() + RECHECK_SECONDS
        while True:
            try:
                seconds = max(0.0, due - loop.time())
                await asyncio.wait_for(self._websocket.receive_text(), seconds)
            except KeyError:  # bytes, not text
                continue
            except TimeoutError:
                due = loop.time() + RECHECK_SECONDS
                self.principal = await self._identify()
                if self.check is not None:
                    await self.check(self.principal)


def _parameters(websocket: WebSocket) -> tuple[int, bool]:
    given = websocket.query_params
    from_line = given.get("from_line", "1")
    batched = given.get("batch", "0")
    if not from_line.isascii() or not from_line.isdigit() or int(from_line) > _MAX_LINE:
        raise RequestInvalidError(
            [{"field": "from_line", "problem": "a line number from 1 is needed"}]
        )
    if batched not in ("0", "1"):
        raise RequestInvalidError([{"field": "batch", "problem": "0 or 1 is needed"}])
    return max(1, int(from_line)), batched == "1"
