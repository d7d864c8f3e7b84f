"""A real server on loopback for the integration tests, and real runs in it.

uvicorn serves the real application over a real SQLite file on a thread of this
process; runs come in by the ingest service, as the gRPC door would deliver them.
"""

from __future__ import annotations

import asyncio
import socket
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

import httpx
import uvicorn

from swiftlog_core.events import STDERR, STDOUT, ExitStatus, RunInfo
from swiftlog_core.stream.frame import Framer, Sealer
from swiftlog_core.stream.layout import empty_position
from swiftlog_core.wire.codec import PROTOCOL, Closing
from swiftlog_server.accounts.service import TokenWish
from swiftlog_server.http_app import Services, build_application
from swiftlog_server.live.hub import LiveHub
from swiftlog_server.live.source import StoredLogs
from swiftlog_server.live.statuses import StatusBoard
from swiftlog_server.logs.proof import ProofService
from swiftlog_server.parts import make_parts
from swiftlog_server.runs.answers import IngestFacts
from swiftlog_server.runs.checks import check_frame
from swiftlog_server.runs.commands import AppendCommand, CloseCommand, OpenCommand
from swiftlog_server.runs.ingest_routes import router as ingest_router
from swiftlog_server.runs.removal import RunRemoval
from swiftlog_server.runs.streams import IngestStreams
from swiftlog_server.settings import ServerSettings
from swiftlog_server.web.health import ServerFacts
from swiftlog_server.web.provide import provide
from swiftlog_server.web.rate_limit import RateLimiter

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from fastapi import FastAPI

    from swiftlog_core.events import Frame, Position, Receipt
    from swiftlog_server.accounts.interfaces import Principal
    from swiftlog_server.parts import Parts
    from swiftlog_server.runs.commands import Command

STARTED_NS = 1_764_000_000_123_456_789
_counter = iter(range(1, 1_000_000))


def new_run_id() -> str:
    """Return a UUIDv7 that is new in this process, and later ones sort later."""
    return f"0197a000-0000-7000-8000-{next(_counter):012x}"


class Served(NamedTuple):
    """A server that listens: where, its parts, and its administrator."""

    url: str
    parts: Parts
    token: str

    @property
    def ws_url(self) -> str:
        """The base for WebSockets."""
        return "ws" + self.url.removeprefix("http")

    @property
    def admin(self) -> Principal:
        """The administrator."""
        return self.parts.authenticator.authenticate(self.token)

    def client(self, token: str | None = "") -> httpx.Client:
        """Return a client with the administrator's token, another, or none."""
        token = self.token if token == "" else token
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return httpx.Client(base_url=self.url, headers=headers, timeout=30)

    def make_token(self, scope: Any, project: str | None = None, **wish: Any) -> str:
        """Return a new token of the administrator's user."""
        made = self.parts.accounts.create_token(
            self.admin, TokenWish(scope, scope, project, **wish)
        )
        return made.token


class Recording:
    """One run on its way into a server, as a recorder would send it."""

    def __init__(
        self,
        parts: Parts,
        principal: Principal,
        *,
        project: str = "org/repo",
        **info: Any,
    ) -> None:
        self.run_id = info.pop("run_id", None) or new_run_id()
        self._parts = parts
        self._principal = principal
        details = {
            "group": "build",
            "argv": ("make", "all"),
            "cwd": "/src",
            "started_ns": STARTED_NS,
        }
        self.info = RunInfo(run_id=self.run_id, project=project, **(details | info))
        (opened,) = parts.ingest.commit([OpenCommand(principal, self.info)])
        if isinstance(opened, Exception):
            raise opened
        self.epoch = opened.epoch  # type: ignore[union-attr] # an OpenedRun
        self.position: Position = empty_position(self.run_id)
        self._framer = Framer(self.position)
        self._sealer = Sealer(self.position.chain)
        self._t_ns = 0
        self.gaps = self.gap_bytes = 0
        self.printed: dict[int, bytearray] = {STDOUT: bytearray(), STDERR: bytearray()}
        self.arrived = bytearray()

    def print(
        self, *reads: tuple[int, bytes], gap: tuple[int, int] | None = None
    ) -> None:
        """Deliver one frame that holds these (stream, data) reads."""
        for stream, data in reads:
            self._t_ns += 1_000_000
            for draft in self._framer.add(stream, self._t_ns, data):
                self._send(*self._sealer.seal(draft))
            self.printed[stream] += data
            self.arrived += data
        if gap is not None:
            self._framer.gap(gap[0], self._t_ns, gap[1], "overrun")
            self.gaps += 1
            self.gap_bytes += gap[1]
        for draft in self._framer.take(self._t_ns, final=True):
            self._send(*self._sealer.seal(draft))

    def out(self, data: bytes) -> None:
        """Deliver one frame of standard output."""
        self.print((STDOUT, data))

    def close(self, exit_code: int = 0) -> Receipt:
        """End the run and return its receipt."""
        status = "failed" if exit_code else "success"
        closing = Closing(
            self.run_id,
            self.epoch,
            ExitStatus(status, exit_code, duration_ns=self._t_ns),
            self.position,
            self._sealer.stream_digest(STDOUT),
            self._sealer.stream_digest(STDERR),
            self.gaps,
            self.gap_bytes,
        )
        (closed,) = self._parts.ingest.commit([CloseCommand(self._principal, closing)])
        if isinstance(closed, Exception):
            raise closed
        return closed.receipt  # type: ignore[union-attr] # a ClosedRun

    def _send(self, frame: Frame, end: Position) -> None:
        checked = check_frame(self.position, frame, self.position.seq)
        command = AppendCommand(self.run_id, self.epoch, self.position, (checked,))
        (outcome,) = self._parts.ingest.commit([command])
        if isinstance(outcome, Exception):
            raise outcome
        self.position = end


def application_of(
    parts: Parts, rate: Any = None, poll_seconds: float = 0.2
) -> FastAPI:
    """Return the application over *parts*, without rate limit unless one is given."""
    source = StoredLogs(parts.database, parts.store)
    services = Services(
        facts=ServerFacts("1.2.3", PROTOCOL, parts.server_name, 50051, parts.check),
        authenticator=parts.authenticator,
        accounts=parts.accounts,
        projects=parts.projects,
        runs=parts.runs,
        removal=RunRemoval(parts.database, parts.store, parts.runs),
        logs=parts.logs,
        proofs=ProofService(parts.store),
        hub=LiveHub(source, parts.bus, poll_seconds=poll_seconds),
        statuses=StatusBoard(parts.database, parts.bus, poll_seconds=poll_seconds),
        limiter=RateLimiter(rate),
    )
    app = build_application(services, routers=[ingest_router])
    # Runs come in by the service, so here the HTTP door needs no writer behind it.
    streams = IngestStreams(parts.ingest, _refuse)
    facts = IngestFacts("1.2.3", parts.server_name, "http://127.0.0.1")
    provide(app, streams, parts.ingest, facts)
    return app


def _refuse(command: Command, _: object) -> None:
    raise NotImplementedError(command)


@contextmanager
def parts_in(folder: Path) -> Iterator[Parts]:
    """Yield a server's parts over a new database in *folder*."""
    parts = make_parts(ServerSettings(data_dir=folder))
    try:
        yield parts
    finally:
        parts.close()


@contextmanager
def serving(
    parts: Parts, app: FastAPI | None = None, **options: Any
) -> Iterator[Served]:
    """Serve *parts* until the block ends."""
    token = parts.accounts.create_admin_token()
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    config = uvicorn.Config(
        app or application_of(parts),
        log_config=None,
        access_log=False,
        ws_max_size=16 * 1024,
        timeout_graceful_shutdown=1,
        **options,
    )
    started = threading.Event()
    server = _Server(config, started)
    thread = threading.Thread(
        target=lambda: asyncio.run(server.serve([listening])), name="test-server"
    )
    thread.start()
    try:
        if not started.wait(20):
            raise TimeoutError(config)
        yield Served(f"http://127.0.0.1:{listening.getsockname()[1]}", parts, token)
    finally:
        server.should_exit = True
        thread.join(20)


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, started: threading.Event) -> None:
        super().__init__(config)
        self._ready = started

    async def startup(self, sockets: Sequence[socket.socket] | None = None) -> None:
        await super().startup(list(sockets) if sockets else None)
        self._ready.set()
