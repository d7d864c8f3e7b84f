"""Parts of the client are killed, each alone and all at once."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

import pytest

from swiftlog_core.events import LOST, STDERR, STDOUT, SUCCESS
from tests.e2e.faults.print_lines import expected
from tests.e2e.faults.proxy import Proxy
from tests.e2e.faults.stage import SMALL, Client, assert_whole, prove, wait_for

if TYPE_CHECKING:
    from pathlib import Path

    from tests.e2e.faults.stage import Proved, ServerProcess


@pytest.fixture
def server(lasting_server: ServerProcess) -> ServerProcess:
    return lasting_server


def assert_beginning(proved: Proved, lines: int) -> None:
    """Prove that what is stored is how what was printed begins."""
    assert proved.receipt.size > 0
    for stream in (STDOUT, STDERR):
        wanted = expected(lines, stream)
        assert wanted.startswith(proved.text[stream])


def test_after_the_client_was_killed_sync_delivers_what_it_had_kept(
    client: Client, server: ServerProcess
) -> None:
    client.print_lines(SMALL, portions=2)
    run_id = client.spool().stem
    client.let(0)
    server.wait_stored(run_id, 1)
    client.kill_all()
    client.deliver()
    proved = prove(client, server)
    assert (proved.status, proved.cause) == (LOST, "recorder_killed")
    assert_beginning(proved, SMALL.lines)
    assert client.shown(run_id)["status"] == LOST


def test_a_killed_pump_leaves_a_lost_run_that_ships_itself(
    client: Client, server: ServerProcess
) -> None:
    client.print_lines(SMALL, portions=2)
    run_id = client.spool().stem
    client.let(0)
    server.wait_stored(run_id, 1)
    recorder = client.recorder()
    assert client.process is not None
    os.kill(client.process.pid, signal.SIGKILL)
    client.wait()
    recorder.wait(60)
    proved = prove(client, server)
    assert proved.status == LOST
    assert_beginning(proved, SMALL.lines)


def test_a_killed_recorder_is_replaced_and_the_command_never_knows(
    client: Client, server: ServerProcess
) -> None:
    client.print_lines(SMALL, portions=2)
    run_id = client.spool().stem
    client.let(0)
    server.wait_stored(run_id, 1)
    client.recorder().kill()
    client.let(1, "end")
    assert client.wait() == 0
    client.deliver()
    proved = prove(client, server)
    assert proved.status == SUCCESS
    printed = 0
    for stream, file in ((STDOUT, client.out), (STDERR, client.err)):
        wanted = expected(SMALL.lines, stream)
        assert file.read_bytes() == wanted
        printed += len(wanted)
    assert proved.receipt.size + proved.receipt.gap_bytes == printed
    if not proved.receipt.gaps:
        assert_whole(client, server, SMALL.lines)


def test_a_client_killed_before_the_answer_to_its_close_is_delivered_once(
    tmp_path: Path, server: ServerProcess
) -> None:
    with Proxy(server.grpc_port) as proxy:
        client = Client(tmp_path / "client", server, proxy.address)
        proxy.hold_answers_at = b"/swiftlog.v1.Ingest/CloseRun"
        client.print_lines(SMALL)
        run_id = client.spool().stem
        assert proxy.held.wait(60)
        wait_for(lambda: server.is_closed(run_id), "the server has closed the run")
        client.kill_all()
    client.address = server.address
    client.deliver()
    assert_whole(client, server, SMALL.lines)


def test_a_second_sync_has_nothing_left_to_deliver(
    client: Client, server: ServerProcess
) -> None:
    client.print_lines(SMALL, portions=2)
    client.spool()
    client.kill_all()
    client.deliver()
    stored = server.stored(client.spool().stem)
    client.deliver()
    assert server.stored(client.spool().stem) == stored
