"""A real server in a process of its own, ended by its pid."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from swiftlog_core.transport.address import make_server
from swiftlog_core.transport.grpc import GrpcTransport

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

START_SECONDS = 120  # a loaded machine imports slowly


class ServerProcess:
    """The process, where it listens and the token that it printed."""

    def __init__(self, folder: Path, **environment: str) -> None:
        arguments = ["--grpc-port", environment.pop("grpc_port", "0")]
        arguments += ["--http-port", environment.pop("http_port", "0")]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "swiftlog_server", *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "SWIFTLOG_DATA_DIR": str(folder), **environment},
        )
        self.token = ""
        self.grpc = ""
        self.url = ""

    def wait_until_ready(self) -> ServerProcess:
        """Read what it says until it listens."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if "token" in line:
                self.token = line.split()[-1]
            if "listens" in line:
                words = line.replace(",", " ").split()
                self.grpc = words[words.index("gRPC") + 1]
                self.url = words[words.index("HTTP") + 1]
                return self
        assert self.process.stderr is not None
        raise AssertionError(self.process.stderr.read())

    def transport(self, token: str) -> GrpcTransport:
        """Return a recorder's connection."""
        return GrpcTransport(make_server(self.grpc, token=token))

    def kill(self) -> None:
        """End it as a power cut would end the program."""
        self.process.send_signal(signal.SIGKILL)
        self.finish()

    def stop(self) -> int:
        """Ask it to stop; return its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.finish()

    def finish(self) -> int:
        """Wait for its end and return its exit code."""
        self.process.communicate(timeout=60)
        return self.process.returncode


@contextmanager
def server_process(folder: Path, **environment: str) -> Iterator[ServerProcess]:
    """Run a server; kill it at the end if it still lives."""
    server = ServerProcess(folder, **environment)
    try:
        yield server.wait_until_ready()
    finally:
        if server.process.poll() is None:
            server.kill()
