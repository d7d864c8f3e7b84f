"""The composition root: one process, one event loop, both ports, one writer.

Order of starting: ports are taken, the writer begins, gRPC and HTTP accept, and only
then the addresses are printed. Order of stopping: streams are told and what they sent
becomes durable and acknowledged; gRPC and HTTP finish; the writer drains; the
database is closed. Whatever was acknowledged was on disk long before.
"""

from __future__ import annotations

import asyncio
import signal
import socket
from contextlib import contextmanager
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Final

import structlog
import uvicorn
from typing_extensions import override

from swiftlog_core.wire.codec import PROTOCOL
from swiftlog_server.errors import PortTakenError
from swiftlog_server.http_app import Services, build_application
from swiftlog_server.live.hub import LiveHub
from swiftlog_server.live.source import StoredLogs
from swiftlog_server.live.statuses import StatusBoard
from swiftlog_server.logs.proof import ProofService
from swiftlog_server.parts import Parts, make_parts
from swiftlog_server.runs.answers import IngestFacts
from swiftlog_server.runs.ingest_routes import router as ingest_router
from swiftlog_server.runs.removal import RunRemoval
from swiftlog_server.runs.rpc import IngestRpc, add_port, build_server
from swiftlog_server.runs.streams import IngestStreams
from swiftlog_server.runs.watch import RunWatch
from swiftlog_server.runs.writer import CommitWriter
from swiftlog_server.settings import ServerSettings, load
from swiftlog_server.structured_log import set_up_logging
from swiftlog_server.web.health import ServerFacts
from swiftlog_server.web.provide import provide
from swiftlog_server.web.rate_limit import API_TOKEN_RATE, RateLimiter

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastapi import FastAPI

    from swiftlog_server.runs.writer import Delivery

STOP_SECONDS: Final = 10.0
_FILES: Final = 65_536
_LIVE_MESSAGE_BYTES: Final = 16 * 1024  # what a watching client may send
_LOOPBACK: Final = ("127.0.0.1", "::1", "localhost")

_log = structlog.get_logger(__name__)


def main(**options: Any) -> int:  # noqa: ANN401 - one type a setting
    """Run the server until it is told to stop; *options* go before the environment.

    Raises ``SwiftLogError`` when it cannot start.
    """
    settings = load(**options)
    set_up_logging(settings.log_level)
    return serve(settings)


def serve(settings: ServerSettings) -> int:
    """Serve until SIGTERM or SIGINT, then drain and return 0."""
    parts = make_parts(settings)
    try:
        token = parts.accounts.ensure_admin_token()
        if parts.backup is not None:
            _say(f"The database was upgraded; its copy from before is {parts.backup}")
        if token is not None:
            _say(f"Administrator's token, shown this once: {token}")
        _allow_many_connections()
        with asyncio.Runner(loop_factory=_loop_factory()) as runner:
            runner.run(_Process(settings, parts).run())
    finally:
        parts.close()
    return 0


class _Process:
    """One run of the server; everything here happens on its event loop."""

    def __init__(self, settings: ServerSettings, parts: Parts) -> None:
        self._settings = settings
        self._parts = parts

    async def run(self) -> None:
        settings, parts = self._settings, self._parts
        loop = asyncio.get_running_loop()

        def deliver(deliveries: list[Delivery]) -> None:
            loop.call_soon_threadsafe(_tell, deliveries)

        http_socket = _listen(settings)
        writer = CommitWriter(parts.ingest.commit, deliver)
        streams = IngestStreams(parts.ingest, writer.submit)
        http_url = self._http_url(http_socket)
        facts = IngestFacts(_version(), parts.server_name, http_url)
        grpc_server = build_server(
            IngestRpc(parts.ingest, streams, parts.authenticator, facts)
        )
        grpc_port = self._add_grpc_port(grpc_server)
        app = self._application(grpc_port, streams, facts)
        http_server = _HttpServer(self._http_config(app))
        stop = _stop_event(loop)
        writer.start()
        await grpc_server.start()
        http = asyncio.create_task(http_server.serve([http_socket]))
        watch = asyncio.create_task(RunWatch(parts.ingest, streams).run())
        self._announce(grpc_port, http_url)
        waiting = asyncio.create_task(stop.wait())
        await asyncio.wait({waiting, http}, return_when=asyncio.FIRST_COMPLETED)

        watch.cancel()
        streams.stop()
        await grpc_server.stop(STOP_SECONDS)
        http_server.should_exit = True
        await http
        await asyncio.to_thread(writer.stop)
        streams.close()

    def _application(
        self, grpc_port: int, streams: IngestStreams, facts: IngestFacts
    ) -> FastAPI:
        parts = self._parts
        rate = API_TOKEN_RATE if self._settings.rate_limit == "on" else None
        services = Services(
            facts=ServerFacts(
                version=_version(),
                protocol=PROTOCOL,
                server_id=parts.server_name,
                grpc_port=grpc_port,
                check_parts=parts.check,
            ),
            authenticator=parts.authenticator,
            accounts=parts.accounts,
            projects=parts.projects,
            runs=parts.runs,
            removal=RunRemoval(parts.database, parts.store, parts.runs),
            logs=parts.logs,
            proofs=ProofService(parts.store),
            hub=LiveHub(StoredLogs(parts.database, parts.store), parts.bus),
            statuses=StatusBoard(parts.database, parts.bus),
            limiter=RateLimiter(rate),
        )
        app = build_application(
            services, routers=[ingest_router], tls_only=self._settings.tls is not None
        )
        provide(app, streams, parts.ingest, facts)
        return app

    def _http_config(self, app: FastAPI) -> uvicorn.Config:
        tls = self._settings.tls
        return uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            server_header=False,
            ws_max_size=_LIVE_MESSAGE_BYTES,
            timeout_graceful_shutdown=int(STOP_SECONDS),
            ssl_certfile=tls[0] if tls else None,
            ssl_keyfile=tls[1] if tls else None,
        )

    def _add_grpc_port(self, server: Any) -> int:  # noqa: ANN401 - grpc has its doors
        settings = self._settings
        tls = settings.tls
        pair = (tls[1].read_bytes(), tls[0].read_bytes()) if tls else None
        host = f"[{settings.host}]" if ":" in settings.host else settings.host
        try:
            return add_port(server, f"{host}:{settings.grpc_port}", pair)
        except OSError as error:
            raise PortTakenError(
                settings.host, settings.grpc_port, "--grpc-port", "it is in use"
            ) from error

    def _http_url(self, listening: socket.socket) -> str:
        if self._settings.url is not None:
            return self._settings.url
        host = self._settings.host
        host = f"[{host}]" if ":" in host else host
        scheme = "https" if self._settings.tls else "http"
        return f"{scheme}://{host}:{listening.getsockname()[1]}"

    def _announce(self, grpc_port: int, http_url: str) -> None:
        host = self._settings.host
        _say(f"SwiftLog {_version()} listens: gRPC {host}:{grpc_port}, HTTP {http_url}")
        if host not in _LOOPBACK and self._settings.tls is None:
            _log.warning(
                "no_tls",
                advice="tokens and logs travel in clear; set SWIFTLOG_TLS_CERT and "
                "SWIFTLOG_TLS_KEY, or put a proxy with TLS in front",
            )


class _HttpServer(uvicorn.Server):
    """uvicorn without signal handlers of its own: this process has other ports."""

    @override
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave the signals alone."""
        yield


def _listen(settings: ServerSettings) -> socket.socket:
    """Take the HTTP port now, so that a taken one is a clear error."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listening = socket.socket(family)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((settings.host, settings.http_port))
    except OSError as error:
        listening.close()
        raise PortTakenError(
            settings.host,
            settings.http_port,
            "--http-port",
            error.strerror or "it is in use",
        ) from error
    return listening


def _stop_event(loop: asyncio.AbstractEventLoop) -> asyncio.Event:
    """Return an event that SIGTERM and SIGINT set."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        try:
            loop.add_signal_handler(number, stop.set)
        except NotImplementedError:  # Windows
            signal.signal(number, lambda *_: loop.call_soon_threadsafe(stop.set))
    return stop


def _allow_many_connections() -> None:
    """Raise the soft limit of open files: often 1024, and each recorder takes one."""
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _FILES if hard == resource.RLIM_INFINITY else min(_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def _tell(deliveries: list[Delivery]) -> None:
    for done, outcome in deliveries:
        done(outcome)


def _loop_factory() -> Any:  # noqa: ANN401 - a factory of whatever loop there is
    try:
        import uvloop
    except ImportError:  # no wheel for this platform
        return None
    return uvloop.new_event_loop


def _version() -> str:
    return version("swiftlog")


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201 - a server's greeting goes to its terminal
