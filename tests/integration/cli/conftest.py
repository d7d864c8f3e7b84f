"""A real server on loopback, and the command set up to use it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.integration.serving import Served, parts_in, serving
from tests.unit.swiftlog_cli.calling import data_dir, make_run, swiftlog

__all__ = ("data_dir", "make_run", "swiftlog")

Start = Callable[..., "subprocess.Popen[bytes]"]


@pytest.fixture
def served(
    tmp_path: Path, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Served]:
    """Serve, with address and token in the environment."""
    assert data_dir.is_dir()
    with parts_in(tmp_path / "served") as parts, serving(parts) as made:
        monkeypatch.setenv("SWIFTLOG_URL", made.url)
        monkeypatch.setenv("SWIFTLOG_TOKEN", made.token)
        yield made


@pytest.fixture
def start(data_dir: Path) -> Iterator[Start]:
    """Start the command in a process of its own; it is killed at the end."""
    assert data_dir.is_dir()
    running: list[subprocess.Popen[bytes]] = []

    def begin(*arguments: str) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [sys.executable, "-m", "swiftlog_cli", *arguments],
            bufsize=0,  # or a read before `communicate` takes bytes from it
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        running.append(process)
        return process

    yield begin
    for process in running:
        if process.poll() is None:
            process.kill()
        process.communicate()
