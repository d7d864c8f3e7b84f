"""The network between recorder and server is cut, stalled and truncated."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.e2e.faults.proxy import Proxy
from tests.e2e.faults.stage import SMALL, SOAK, Client, assert_whole, wait_for

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.e2e.faults.stage import ServerProcess

CUTS = 20 if SOAK else 4


@pytest.fixture
def server(lasting_server: ServerProcess) -> ServerProcess:
    return lasting_server


@pytest.fixture
def proxy(server: ServerProcess) -> Iterator[Proxy]:
    with Proxy(server.grpc_port) as proxy:
        yield proxy


@pytest.fixture
def client(tmp_path: Path, server: ServerProcess, proxy: Proxy) -> Iterator[Client]:
    client = Client(tmp_path / "client", server, proxy.address)
    yield client
    client.end()


def test_connections_that_are_cut_lose_and_repeat_nothing(
    client: Client, server: ServerProcess, proxy: Proxy
) -> None:
    client.print_lines(SMALL, portions=CUTS + 1)
    run_id = client.spool().stem
    for number in range(CUTS):
        before = server.stored(run_id)
        client.let(number)
        server.wait_stored(run_id, before + 1)
        proxy.cut()
    client.let(CUTS, "end")
    assert client.wait() == 0
    client.deliver()
    assert_whole(client, server, SMALL.lines)


def test_a_network_that_moves_nothing_for_a_while_delays_and_no_more(
    client: Client, server: ServerProcess, proxy: Proxy
) -> None:
    client.print_lines(SMALL, portions=2)
    run_id = client.spool().stem
    client.let(0)
    server.wait_stored(run_id, 1)
    proxy.stall()
    client.let(1)
    wait_for(lambda: client.printed() == SMALL.lines, "all is printed meanwhile")
    wait_for(lambda: client.kept() > server.stored(run_id), "the spool is ahead")
    proxy.flow()
    client.let("end")
    assert client.wait() == 0
    client.deliver()
    assert_whole(client, server, SMALL.lines)


def test_connections_truncated_in_the_middle_of_a_frame_repair_themselves(
    client: Client, server: ServerProcess, proxy: Proxy
) -> None:
    proxy.limit = 150_000  # a frame of this text has about 130 KB
    client.print_lines(SMALL)
    assert client.wait() == 0
    proxy.limit = 0
    client.deliver()
    assert_whole(client, server, SMALL.lines)
    assert proxy.connections > 1


def test_a_server_that_cannot_be_reached_at_all_costs_a_second(
    client: Client, server: ServerProcess, proxy: Proxy
) -> None:
    proxy.closed = True
    client.print_lines(SMALL)
    assert client.wait() == 0
    proxy.closed = False
    client.deliver()
    assert_whole(client, server, SMALL.lines)
