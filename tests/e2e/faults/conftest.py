"""Servers and clients of the fault tests, ended with them."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from tests.e2e.faults.stage import Client, ServerProcess

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> ServerProcess:
    """Return a server that has started once and has a token; its data is copied."""
    server = ServerProcess(tmp_path_factory.mktemp("prepared") / "server")
    server.start()
    server.stop()
    return server


@pytest.fixture(scope="session")
def lasting_server(
    prepared: ServerProcess, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[ServerProcess]:
    """Yield a server that no test harms."""
    yield from _served(prepared, tmp_path_factory.mktemp("lasting"))


@pytest.fixture
def server(prepared: ServerProcess, tmp_path: Path) -> Iterator[ServerProcess]:
    """Yield a server of the test's own."""
    yield from _served(prepared, tmp_path)


def _served(prepared: ServerProcess, folder: Path) -> Iterator[ServerProcess]:
    process = ServerProcess(folder / "server")
    shutil.copytree(prepared.data, process.data)
    process.token = prepared.token
    process.start()
    yield process
    process.kill()


@pytest.fixture
def client(tmp_path: Path, server: ServerProcess) -> Iterator[Client]:
    client = Client(tmp_path / "client", server)
    yield client
    client.end()
