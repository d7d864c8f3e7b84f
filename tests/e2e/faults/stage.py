"""A real server and real clients that can be killed, and the proof of what is left.

Sizes are small by default; ``SWIFTLOG_SOAK=1`` plays them in full.
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import psutil

from swiftlog_core.events import STDERR, STDOUT, Frame, Receipt
from swiftlog_core.library.index import local_runs
from swiftlog_core.library.verify import verify
from swiftlog_core.stream.layout import decode
from swiftlog_core.stream.spool import Spool
from swiftlog_core.transport.address import make_server
from swiftlog_core.transport.grpc import GrpcTransport
from tests.e2e.faults.print_lines import expected

SWIFTLOG = Path(sys.executable).with_name("swiftlog")
PRINTER = Path(__file__).with_name("print_lines.py")
SECONDS = 90.0  # for anything that must come about; generous for busy machines


class Scale(NamedTuple):
    """How much is printed and how often the server dies."""

    lines: int
    seconds: float
    kills: int


# Read here and handed on: the suite takes SWIFTLOG_ variables away before tests run.
SOAK = bool(os.environ.get("SWIFTLOG_SOAK"))
SCALE = Scale(1_000_000, 60.0, 20) if SOAK else Scale(200_000, 6.0, 6)
SMALL = Scale(200_000, 10.0, 0) if SOAK else Scale(20_000, 2.0, 0)


def free_port() -> int:
    """Return a port of loopback that is free now."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def wait_for(ready: Callable[[], object], what: str, seconds: float = SECONDS) -> None:
    """Wait until *ready* gives something true."""
    until = time.monotonic() + seconds
    while not ready():
        assert time.monotonic() < until, f"waited in vain: {what}"
        time.sleep(0.02)


def is_open(port: int) -> bool:
    """Tell whether somebody listens on *port*."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


class ServerProcess:
    """`swiftlog server` on fixed ports, over one data folder."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.grpc_port, self.http_port = free_port(), free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self.token = ""

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.grpc_port}"

    @property
    def environ(self) -> dict[str, str]:
        return {**os.environ, "SWIFTLOG_DATA_DIR": str(self.data)}

    @property
    def database(self) -> Path:
        return self.data / "server" / "swiftlog.db"

    def start(self) -> None:
        """Start it and wait until it takes calls."""
        self.data.mkdir(exist_ok=True)
        command = [SWIFTLOG, "server", "--grpc-port", str(self.grpc_port)]
        command += ["--http-port", str(self.http_port)]
        with (self.data / "log").open("ab") as log:
            self._process = subprocess.Popen(
                command, env=self.environ, stdout=log, stderr=log
            )
        wait_for(lambda: is_open(self.grpc_port), "the server listens")
        if not self.token:
            wait_for(lambda: is_open(self.http_port), "the server serves HTTP")
            made = subprocess.run(
                [SWIFTLOG, "admin", "token"],
                env=self.environ,
                capture_output=True,
                check=True,
            )
            self.token = made.stdout.split()[-1].decode()

    def kill(self) -> None:
        """End it without a chance to do anything."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def stop(self) -> int:
        """Ask it to end and return its exit code."""
        assert self._process is not None
        self._process.terminate()
        return self._process.wait(SECONDS)

    def query(self, sql: str, *arguments: object) -> list[tuple[object, ...]]:
        """Read its database, alive or not."""
        db = sqlite3.connect(f"file:{self.database}?mode=ro", uri=True, timeout=20)
        try:
            return db.execute(sql, arguments).fetchall()
        finally:
            db.close()

    def frames(self, run_id: str) -> list[Frame]:
        """Ask it for all frames of a run."""
        transport = GrpcTransport(make_server(self.address, token=self.token))
        try:
            return [*transport.fetch(run_id, 0)]
        finally:
            transport.shut()

    def stored(self, run_id: str) -> int:
        """Return how many frames of the run its database holds."""
        column = run_column(self)
        sql = f"SELECT count(*) FROM log_frames WHERE {column} = ?"
        return int(str(self.query(sql, run_id)[0][0]))

    def is_closed(self, run_id: str) -> bool:
        """Tell whether its database has a receipt of the run."""
        sql = "SELECT receipt_at FROM log_runs WHERE id = ?"
        return any(row[0] is not None for row in self.query(sql, run_id))

    def wait_stored(self, run_id: str, count: int) -> None:
        """Wait until its database holds that many frames of the run."""
        wait_for(lambda: self.stored(run_id) >= count, f"{count} frames are stored")


def run_column(server: ServerProcess) -> str:
    """Return the name of the column that holds run ids as text."""
    names = [str(row[1]) for row in server.query("PRAGMA table_info(log_frames)")]
    return next(name for name in names if name.startswith("run"))


class Client:
    """`swiftlog run` over one data folder."""

    def __init__(self, data: Path, server: ServerProcess, address: str = "") -> None:
        self.data = data
        self._server = server
        self.address = address or server.address
        self.process: subprocess.Popen[bytes] | None = None
        data.mkdir(exist_ok=True)
        # Not on the spool's disk, which a test may fill.
        self.out, self.err = data.parent / "out", data.parent / "err"
        self.limits: tuple[tuple[int, int], ...] = ()
        self.make_room: Callable[[], object] = lambda: None

    @property
    def environ(self) -> dict[str, str]:
        return {
            **os.environ,
            "SWIFTLOG_DATA_DIR": str(self.data),
            "SWIFTLOG_SERVER": self.address,
            "SWIFTLOG_TOKEN": self._server.token,
            "SWIFTLOG_QUIET": "1",
        }

    def run(self, *command: str, flush: int = 60) -> None:
        """Start the wrapped *command*; its output goes to files."""
        with self.out.open("wb") as out, self.err.open("wb") as err:
            self.process = subprocess.Popen(
                [SWIFTLOG, "run", f"--flush-timeout={flush}", "--", *command],
                env=self.environ,
                stdout=out,
                stderr=err,
                start_new_session=True,
                preexec_fn=self._limit if self.limits else None,  # noqa: PLW1509 - no thread runs yet
            )

    def _limit(self) -> None:
        for kind, size in self.limits:
            resource.setrlimit(kind, (size, size))

    def print_lines(self, scale: Scale, portions: int = 0) -> None:
        """Start the printer; *portions* wait for ``let`` with their number."""
        more = [str(self.data / "gate"), str(portions)] if portions else []
        lines, seconds = str(scale.lines), str(scale.seconds)
        self.run(sys.executable, str(PRINTER), lines, seconds, *more)

    def let(self, *names: int | str) -> None:
        """Let portions of the printer, or its ``end``, come."""
        for name in names:
            (self.data / f"gate.{name}").touch()

    def wait(self) -> int:
        """Wait for the wrapper and return its exit code."""
        assert self.process is not None
        return self.process.wait(SECONDS * 2)

    def recorder(self) -> psutil.Process:
        """Return the recorder's process: the fork that never became the command."""
        assert self.process is not None
        pump = psutil.Process(self.process.pid)
        found: list[psutil.Process] = []

        def look() -> bool:
            children = pump.children()
            found[:] = [c for c in children if c.cmdline() == pump.cmdline()]
            return len(children) > 1 and bool(found)

        wait_for(look, "the recorder and the command run")
        return found[0]

    def spools(self) -> list[Path]:
        return [run.path for run in local_runs([self.data / "runs"])]

    def spool(self) -> Path:
        wait_for(self.spools, "a spool is made")
        return self.spools()[0]

    def terminal(self) -> dict[int, bytes]:
        """Return what came out of the wrapper."""
        return {STDOUT: self.out.read_bytes(), STDERR: self.err.read_bytes()}

    def printed(self) -> int:
        """Return how many lines came out of the wrapper."""
        return sum(data.count(b"\n") for data in self.terminal().values())

    def kept(self) -> int:
        """Return how many frames the spool holds."""
        with Spool.read(self.spool()) as spool:
            return spool.position().seq

    def deliver(self) -> None:
        """Do what a user does about an undelivered run."""
        with Spool.read(self.spool()) as spool:
            delivered = bool(spool.delivered)
        if not delivered:
            done = self.sync()
            assert done.returncode == 0, done.stdout + done.stderr

    def end(self) -> None:
        """Kill what is left at the end of a test."""
        if self.process is not None and self.process.poll() is None:
            with contextlib.suppress(psutil.NoSuchProcess):
                self.kill_all()

    def sync(self, *arguments: str) -> subprocess.CompletedProcess[bytes]:
        """Run `swiftlog sync`."""
        command = [SWIFTLOG, "sync", "--json", *arguments]
        return subprocess.run(
            command, env=self.environ, capture_output=True, check=False, timeout=SECONDS
        )

    def swiftlog(self, *arguments: str) -> bytes:
        """Run another command and return what it prints."""
        done = subprocess.run(
            [SWIFTLOG, *arguments], env=self.environ, capture_output=True, check=True
        )
        return done.stdout

    def shown(self, run_id: str) -> dict[str, object]:
        shown: dict[str, object] = json.loads(self.swiftlog("show", run_id, "--json"))
        return shown

    def kill_all(self) -> None:
        """Kill pump, recorder and command at once."""
        assert self.process is not None
        pump = psutil.Process(self.process.pid)
        family = [*pump.children(recursive=True), pump]
        for process in family:
            process.send_signal(signal.SIGSTOP)
        for process in family:
            process.kill()
        self.process.wait()
        psutil.wait_procs(family, SECONDS)


class Proved(NamedTuple):
    """A run as server and spool agree on it."""

    run_id: str
    receipt: Receipt
    text: dict[int, bytes]
    status: str
    cause: str


def prove(client: Client, server: ServerProcess) -> Proved:
    """Prove that the server holds the client's log: whole, and each frame once."""
    with Spool.read(client.spool()) as spool:
        closing, delivered = spool.closing, spool.delivered
        run_id = spool.info.run_id
        mine = [*spool.frames()]
    assert closing is not None
    assert delivered, "the spool is not marked as delivered"
    frames = server.frames(run_id)
    verify(frames, closing.receipt)
    assert frames == mine
    assert server.stored(run_id) == len(frames)
    text = {stream: text_of(frames, stream) for stream in (STDOUT, STDERR)}
    ended = closing.exit
    return Proved(run_id, closing.receipt, text, ended.status, ended.cause)


def text_of(frames: list[Frame], stream: int) -> bytes:
    """Return all text of one stream."""
    parts = []
    for frame in frames:
        body = decode(frame)
        offset = 0
        for label, size in zip(body.streams, body.sizes, strict=True):
            if label == stream:
                parts.append(body.text[offset : offset + size])
            offset += size
    return b"".join(parts)


def assert_whole(client: Client, server: ServerProcess, lines: int) -> Proved:
    """Prove that terminal, spool and server have exactly what was printed."""
    proved = prove(client, server)
    for stream, file in ((STDOUT, client.out), (STDERR, client.err)):
        wanted = expected(lines, stream)
        assert file.read_bytes() == wanted, "the terminal's copy differs"
        assert proved.text[stream] == wanted, "the stored copy differs"
    assert proved.receipt.lines == lines
    assert proved.receipt.gaps == 0
    return proved
