"""The spool's disk is full: the command works on, and the loss is a marked gap."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from swiftlog_core.events import STDERR, STDOUT, SUCCESS
from tests.e2e.faults.print_lines import expected
from tests.e2e.faults.stage import SMALL, Client, prove

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.e2e.faults.stage import ServerProcess

ROOM = 256 * 1024  # bytes: the log takes more, compressed


def mount(folder: Path) -> str:
    """Mount a small file system there; return why it cannot be done, or nothing."""
    if not sys.platform.startswith("linux") or os.geteuid() != 0:
        return "only root on Linux can mount a tmpfs"
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={ROOM}", "tmpfs", str(folder)],
        capture_output=True,
        check=False,
    )
    return done.stderr.decode().strip() if done.returncode else ""


@pytest.fixture
def server(lasting_server: ServerProcess) -> ServerProcess:
    return lasting_server


@pytest.fixture
def client(tmp_path: Path, server: ServerProcess) -> Iterator[Client]:
    folder = tmp_path / "client" / "runs"
    folder.mkdir(parents=True, mode=0o700)
    reason = mount(folder)
    client = Client(tmp_path / "client", server)
    if reason:
        print(f"no tmpfs ({reason}); a limit on the size of files stands for it")
        client.limits = ((resource.RLIMIT_FSIZE, ROOM),)
    else:
        command = ["mount", "-o", f"remount,size={64 * ROOM}", str(folder)]
        client.make_room = lambda: subprocess.run(command, check=True)
    yield client
    client.end()
    if not reason:
        subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk_costs_a_gap_and_never_the_command(
    client: Client, server: ServerProcess
) -> None:
    client.print_lines(SMALL)
    assert client.wait() == 0
    printed = 0
    for stream in (STDOUT, STDERR):
        printed += len(expected(SMALL.lines, stream))
    for stream, data in client.terminal().items():
        assert data == expected(SMALL.lines, stream)
    client.make_room()
    client.deliver()
    proved = prove(client, server)
    assert proved.status == SUCCESS
    assert proved.receipt.gaps > 0
    assert proved.receipt.size + proved.receipt.gap_bytes == printed
    for stream in (STDOUT, STDERR):
        assert expected(SMALL.lines, stream).startswith(proved.text[stream][:10_000])
