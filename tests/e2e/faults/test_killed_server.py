"""The server is killed again and again while a run prints on both streams."""

from __future__ import annotations

import random
import shutil
import time
from typing import TYPE_CHECKING

from tests.e2e.faults.stage import SCALE, SMALL, assert_whole

if TYPE_CHECKING:
    from pathlib import Path

    from tests.e2e.faults.stage import Client, ServerProcess


def test_a_server_killed_at_random_instants_loses_and_repeats_nothing(
    client: Client, server: ServerProcess
) -> None:
    seed = random.randrange(2**32)
    print(f"seed {seed}: {SCALE.lines:,} lines, {SCALE.kills} kills")
    draw = random.Random(seed)
    client.print_lines(SCALE, portions=SCALE.kills + 1)
    run_id = client.spool().stem
    for number in range(SCALE.kills):
        before = server.stored(run_id)
        client.let(number)
        server.wait_stored(run_id, before + 1)
        # Frames are arriving now, and will for about this long.
        time.sleep(draw.random() * SCALE.seconds / SCALE.kills)
        server.kill()
        server.start()
    client.let(SCALE.kills, "end")
    assert client.wait() == 0
    client.deliver()
    assert_whole(client, server, SCALE.lines)


def test_a_server_restored_from_an_older_copy_gets_the_rest_again(
    client: Client, server: ServerProcess, tmp_path: Path
) -> None:
    client.print_lines(SMALL, portions=3)
    run_id = client.spool().stem
    client.let(0)
    server.wait_stored(run_id, 2)
    server.kill()
    older = tmp_path / "older"
    shutil.copytree(server.data, older)
    copied = server.stored(run_id)
    server.start()
    client.let(1)
    server.wait_stored(run_id, copied + 2)
    server.kill()
    shutil.rmtree(server.data)
    shutil.copytree(older, server.data)
    assert server.stored(run_id) == copied
    server.start()
    client.let(2, "end")
    assert client.wait() == 0
    client.deliver()
    assert_whole(client, server, SMALL.lines)


def test_a_server_asked_to_stop_has_stored_what_it_acknowledged(
    client: Client, server: ServerProcess
) -> None:
    client.print_lines(SMALL, portions=2)
    run_id = client.spool().stem
    client.let(0)
    server.wait_stored(run_id, 1)
    assert server.stop() == 0
    server.start()
    client.let(1, "end")
    assert client.wait() == 0
    client.deliver()
    assert_whole(client, server, SMALL.lines)
