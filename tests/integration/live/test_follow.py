"""A subscriber sees every line once: caught up, live, reconnecting, or slow."""

from __future__ import annotations

import json
import random
import threading
import time
from typing import TYPE_CHECKING

import pytest
from websockets.sync.client import connect

from swiftlog_core.events import STDERR, STDOUT
from swiftlog_server.bus.memory import MemoryEventBus
from tests.integration.live.follower import PATIENCE_SECONDS, Follower
from tests.integration.serving import Recording, application_of, parts_in, serving

if TYPE_CHECKING:
    from pathlib import Path

    from swiftlog_server.bus.interfaces import RunEvent
    from tests.integration.serving import Served


@pytest.mark.parametrize("batch", [False, True])
def test_a_finished_run_comes_whole_and_says_that_it_is(
    served: Served, batch: bool
) -> None:
    recording = Recording(served.parts, served.admin)
    for number in range(100):
        recording.out(b"line %d\n" % number * 15)
    recording.print((STDERR, b"bad \xff byte\nlast, open"))
    recording.close(exit_code=3)
    follower = Follower(served, recording.run_id, batch=batch)
    follower.follow_to_end()
    assert follower.text() == bytes(recording.printed[STDOUT]) + b"bad \xff byte\n"
    assert b"".join(follower.open[1502]) == b"last, open"
    assert follower.repeated == 0
    assert (follower.status["status"], follower.status["exit_code"]) == ("failed", 3)
    if batch:
        assert len(follower.messages) < 120


def test_each_line_is_one_message_of_the_documented_form(served: Served) -> None:
    recording = Recording(served.parts, served.admin)
    recording.print((STDERR, b"hello\n"))
    follower = Follower(served, recording.run_id)
    with follower.connect() as socket:
        first, second = (json.loads(socket.recv(PATIENCE_SECONDS)) for _ in range(2))
    assert first == {
        "type": "status",
        "run_id": recording.run_id,
        "status": "running",
        "exit_code": None,
        "signal": 0,
        "cause": "",
        "duration_ns": None,
        "lines": 1,
        "version": 1,
        "complete": False,
    }
    assert second == {
        "type": "log",
        "run_id": recording.run_id,
        "timestamp": "2025-11-24T16:00:00.124456789Z",
        "level": "STDERR",
        "content": "hello",
        "line": 1,
        "part": 0,
        "more": False,
    }


def test_lines_arrive_while_the_run_runs_and_its_end_too(served: Served) -> None:
    recording = Recording(served.parts, served.admin)
    follower = Follower(served, recording.run_id)
    with follower.connect() as socket:
        for number in range(50):
            recording.out(b"line %d\n" % number)
            while number + 1 not in follower.lines:
                follower.take(socket.recv(PATIENCE_SECONDS))
        recording.close()
        while not follower.status.get("complete"):
            follower.take(socket.recv(PATIENCE_SECONDS))
    assert follower.status["status"] == "success"
    assert follower.text() == bytes(recording.printed[STDOUT])


def test_an_open_line_is_shown_at_once_and_goes_on_in_parts(served: Served) -> None:
    recording = Recording(served.parts, served.admin)
    follower = Follower(served, recording.run_id)
    with follower.connect() as socket:
        recording.out(b"Password: ")
        while not follower.open:
            follower.take(socket.recv(PATIENCE_SECONDS))
        recording.print((STDERR, b"meanwhile\n"))
        recording.out(b"***")
        recording.out(b"\n")
        while len(follower.lines) < 2:
            follower.take(socket.recv(PATIENCE_SECONDS))
    parts = [
        (m["line"], m["part"], m["more"], m["content"])
        for m in follower.messages
        if m["type"] == "log"
    ]
    assert parts == [
        (1, 0, True, "Password: "),
        (2, 0, False, "meanwhile"),
        (1, 1, True, "***"),
        (1, 2, False, ""),
    ]


def test_a_line_of_a_megabyte_comes_in_parts_that_join(served: Served) -> None:
    recording = Recording(served.parts, served.admin)
    line = ("äöü€" * 120_000).encode()
    recording.print((STDOUT, line + b"\n"))
    recording.close()
    follower = Follower(served, recording.run_id, batch=True)
    follower.follow_to_end()
    assert follower.lines[1] == ("STDOUT", line)
    assert all(len(json.dumps(message)) < 1_000_000 for message in follower.messages)


@pytest.mark.parametrize("from_line", [1, 2, 3, 7, 8, 9, 10, 11, 100])
def test_a_subscriber_begins_at_the_line_that_it_asks_for(
    served: Served, from_line: int
) -> None:
    recording = Recording(served.parts, served.admin)
    recording.print((STDOUT, b"1\n2 "), (STDERR, b"3\n4 "))
    recording.print((STDOUT, b"goes on\n5\n"), (STDERR, b"too\n6\n"))
    for number in range(7, 11):
        recording.out(b"%d\n" % number)
    recording.close()
    follower = Follower(served, recording.run_id)
    with follower.connect(from_line) as socket:
        while not follower.status.get("complete"):
            follower.take(socket.recv(PATIENCE_SECONDS))
    assert sorted(follower.lines) == list(range(from_line, 11))


def test_a_gap_is_told_in_its_place(served: Served) -> None:
    recording = Recording(served.parts, served.admin)
    recording.print((STDOUT, b"before\n"), gap=(STDERR, 99))
    recording.out(b"after\n")
    recording.close()
    follower = Follower(served, recording.run_id)
    follower.follow_to_end()
    kinds = [message["type"] for message in follower.messages]
    assert kinds == ["status", "log", "gap", "log", "status"]
    gap = follower.messages[2]
    assert (gap["bytes"], gap["level"], gap["after_line"]) == (99, "STDERR", 1)


@pytest.mark.parametrize("batch", [False, True])
def test_a_hundred_reconnects_bring_every_line_exactly_once(
    served: Served, batch: bool
) -> None:
    recording = Recording(served.parts, served.admin)
    chance = random.Random(11)

    def record() -> None:
        for number in range(600):
            stream = chance.choice((STDOUT, STDERR))
            recording.print((stream, b"line %d\n" % number))
        recording.close()

    thread = threading.Thread(target=record)
    thread.start()
    follower = Follower(served, recording.run_id, batch=batch)
    drops = 0
    patience = random.Random(12)
    while drops < 100 or not follower.status.get("complete"):
        with follower.connect() as socket:
            for _ in range(patience.randrange(1, 40)):
                if follower.status.get("complete"):
                    break
                follower.take(socket.recv(PATIENCE_SECONDS))
            # Without a goodbye: as a network that goes away.
            socket.socket.close()
        drops += 1
        follower.status = {}
        if drops >= 100:
            follower.follow_to_end()
    thread.join()
    assert follower.repeated == 0
    numbers = [int(data.split()[1]) for _, data in follower.lines.values()]
    assert sorted(numbers) == list(range(600))
    assert follower.text() == bytes(recording.arrived)


def test_lost_hints_lose_nothing_even_the_last_one(tmp_path: Path) -> None:
    chance = random.Random(13)
    closing = threading.Event()

    def drop(_: RunEvent) -> bool:
        return closing.is_set() or chance.random() < 0.1

    with parts_in(tmp_path) as parts:
        lossy = parts._replace(bus=MemoryEventBus(drop))
        lossy.ingest._bus = lossy.bus
        with serving(lossy, application_of(lossy)) as served:
            recording = Recording(lossy, served.admin)
            follower = Follower(served, recording.run_id)
            with follower.connect() as socket:
                for number in range(200):
                    recording.out(b"line %d\n" % number)
                closing.set()
                recording.out(b"the last line\n")
                recording.close()
                while not follower.status.get("complete"):
                    follower.take(socket.recv(PATIENCE_SECONDS))
            assert follower.text() == bytes(recording.arrived)
            assert follower.repeated == 0


def test_a_slow_reader_gets_everything_and_holds_up_nobody(served: Served) -> None:
    recording = Recording(served.parts, served.admin)
    slow = Follower(served, recording.run_id, batch=True)
    quick = Follower(served, recording.run_id, batch=True)
    block = b"".join(b"%05d %s\n" % (n, b"y" * 200) for n in range(1000))
    with slow.connect() as idle, quick.connect() as busy:
        for _ in range(50):  # 10 MiB: more than sockets and buffers hold
            recording.out(block)
        recording.close()
        while not quick.status.get("complete"):
            quick.take(busy.recv(PATIENCE_SECONDS))
        assert len(quick.lines) == 50_000
        while not slow.status.get("complete"):
            slow.take(idle.recv(PATIENCE_SECONDS))
    assert slow.text() == quick.text() == bytes(recording.arrived)
    assert slow.repeated == 0


def test_many_subscribers_of_one_run_all_see_it(served: Served) -> None:
    recording = Recording(served.parts, served.admin)
    followers = [Follower(served, recording.run_id) for _ in range(20)]
    threads = [threading.Thread(target=f.follow_to_end) for f in followers]
    for thread in threads:
        thread.start()
    for number in range(100):
        recording.out(b"line %d\n" % number)
    recording.close()
    for thread in threads:
        thread.join(PATIENCE_SECONDS)
    assert {follower.text() for follower in followers} == {bytes(recording.arrived)}


def test_a_line_is_there_soon_after_it_is_durable(served: Served) -> None:
    """The budget is the bench's; here only that no poll stands in the way."""
    recording = Recording(served.parts, served.admin)
    follower = Follower(served, recording.run_id)
    took = []
    with follower.connect() as socket:
        follower.take(socket.recv(PATIENCE_SECONDS))
        for number in range(20):
            started = time.monotonic()
            recording.out(b"x\n")
            while number + 1 not in follower.lines:
                follower.take(socket.recv(PATIENCE_SECONDS))
            took.append(time.monotonic() - started)
    assert sorted(took)[10] < 0.15  # polls are 0.2 s apart


def test_the_board_tells_statuses_of_all_runs_within_reach(served: Served) -> None:
    with connect(
        f"{served.ws_url}/api/v1/live",
        additional_headers={"Authorization": f"Bearer {served.token}"},
    ) as socket:
        recording = Recording(served.parts, served.admin)
        seen: list[str] = []
        while "running" not in seen:
            message = json.loads(socket.recv(PATIENCE_SECONDS))
            if message["run_id"] == recording.run_id:
                seen.append(message["status"])
        recording.close(exit_code=2)
        while "failed" not in seen:
            message = json.loads(socket.recv(PATIENCE_SECONDS))
            if message["run_id"] == recording.run_id:
                seen.append(message["status"])
    assert seen == ["running", "failed"]
    assert message["exit_code"] == 2
