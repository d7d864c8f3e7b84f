"""Rows 5, 8 and 9: how soon a line is seen, and how fast old ones are found."""

from __future__ import annotations

import asyncio
import json
import os
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from websockets.asyncio.client import connect

from swiftlog_core.library.run_id import new_run_id
from swiftlog_core.search.pattern import compile_pattern
from swiftlog_core.search.scan import search
from swiftlog_core.stream.spool import Spool
from tests.bench.client import SIZE
from tests.bench.harness import SWIFTLOG, Row, make_log, spread
from tests.integration.server.server_process import ServerProcess, server_process

QUIET_LINES = 60
BUSY_LINES = 2000
RANGES = 200
TEN_MILLION = int(os.environ.get("SWIFTLOG_BENCH_LINES", "10000000"))

# Prints the monotonic clock, which is one for all processes of a machine.
PRINTER = """
import sys, time
count, pause = int(sys.argv[1]), float(sys.argv[2])
time.sleep(2)
for n in range(count):
    sys.stdout.write("%d\\n" % time.monotonic_ns())
    sys.stdout.flush()
    time.sleep(pause)
"""


class Latency(NamedTuple):
    """Milliseconds from printed to received, by percentile."""

    p50: float
    p99: float
    count: int


def latency(folder: Path) -> list[Row]:
    """Row 5: printed, durable on the server, received over the live socket."""
    rows = []
    with server_process(folder / "server") as server:
        for what, count, pause, budgets in (
            ("a quiet stream", QUIET_LINES, 0.3, (50.0, 100.0)),
            ("a busy stream", BUSY_LINES, 0.002, (400.0, 400.0)),
        ):
            got = asyncio.run(_watch(server, folder, count, pause))
            assert got.count == count, f"{got.count} of {count} lines arrived"
            busy = pause < 0.1
            rows.append(
                Row(
                    "5",
                    f"line printed → durable → live client, {what} of {count} lines",
                    "p99 ≤ 400 ms" if busy else "p50 ≤ 50 ms, p99 ≤ 100 ms",
                    f"p50 {got.p50:.0f} ms, p99 {got.p99:.0f} ms",
                    "",
                    got.p50 <= budgets[0] and got.p99 <= budgets[1],
                )
            )
    return rows


async def _watch(
    server: ServerProcess, folder: Path, count: int, pause: float
) -> Latency:
    environ = {
        **os.environ,
        "SWIFTLOG_DATA_DIR": str(folder / "client"),
        "SWIFTLOG_SERVER": server.grpc,
        "SWIFTLOG_TOKEN": server.token,
    }
    process = await asyncio.create_subprocess_exec(
        *(str(SWIFTLOG), "run", "--", sys.executable, "-c", PRINTER),
        *(str(count), str(pause)),
        env=environ,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    assert process.stderr is not None
    run_id = (await process.stderr.readline()).split()[-1].decode()
    base = server.url.replace("http://", "ws://")
    base += f"/api/v1/runs/{run_id}/live?from_line=1"
    headers = {"Authorization": f"Bearer {server.token}"}
    await _until_known(server, run_id)
    waits: list[float] = []
    async with connect(base, additional_headers=headers) as socket:
        while len(waits) < count:
            message = json.loads(await asyncio.wait_for(socket.recv(), 30))
            if message["type"] == "log":
                printed = int(message["content"])
                waits.append((time.monotonic_ns() - printed) / 1e6)
    await process.communicate()
    waits.sort()
    return Latency(
        statistics.median(waits), waits[int(len(waits) * 0.99) - 1], len(waits)
    )


async def _until_known(server: ServerProcess, run_id: str) -> None:
    for _ in range(200):
        try:
            await asyncio.to_thread(_get, server, f"/api/v1/runs/{run_id}")
        except OSError:
            await asyncio.sleep(0.02)
            continue
        return
    raise TimeoutError(run_id)


def _get(server: ServerProcess, path: str) -> bytes:
    request = urllib.request.Request(
        f"{server.url}{path}",
        headers={"Authorization": f"Bearer {server.token}"},
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        return bytes(answer.read())


def line_ranges(folder: Path) -> Row:
    """Row 8: any 200 lines of a log of ten million, over REST, as received."""
    script = f"seq -f 'line %.0f of a log with some words in it' {TEN_MILLION}"
    with server_process(folder / "server", SWIFTLOG_RATE_LIMIT="off") as server:
        run_id = _deliver(server, folder, ["sh", "-c", script])
        waits = []
        for index in range(RANGES):
            first = 1 + (index * 7_919_993) % (TEN_MILLION - 200)
            path = f"/api/v1/runs/{run_id}/logs?from={first}&to={first + 199}"
            began = time.perf_counter()
            body = _get(server, path)
            waits.append((time.perf_counter() - began) * 1000)
            assert body.count(f'"line {first} '.encode()) == 1, body[:300]
    waits.sort()
    p95 = waits[int(len(waits) * 0.95)]
    return Row(
        "8",
        f"any 200 lines of {TEN_MILLION:,} over REST, frames as received",
        "p95 ≤ 20 ms",
        f"p95 {p95:.1f} ms, p50 {statistics.median(waits):.1f} ms",
        "",
        p95 <= 20,
    )


def _deliver(server: ServerProcess, folder: Path, command: Sequence[str]) -> str:
    """Run *command* wrapped and delivered; return the run's id."""
    done = subprocess.run(
        [str(SWIFTLOG), "run", "--flush-timeout", "10m", "--", *command],
        env={
            **os.environ,
            "SWIFTLOG_DATA_DIR": str(folder / "client"),
            "SWIFTLOG_SERVER": server.grpc,
            "SWIFTLOG_TOKEN": server.token,
        },
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        check=True,
    )
    assert "not delivered" not in done.stderr, done.stderr
    return done.stderr.split()[2]


SEARCHES = (
    ("literal, absent", "no such needle", False),
    ("literal, in 1 to 2 % of lines", "Service9", False),
    ("`(?i)fatal|panic`, absent", "(?i)fatal|panic", True),
    (r"`took 1\d\d ms`", r"took 1\d\d ms$", True),
    (r"`Service\d+\.java:77\b`", r"Service\d+\.java:77\b", True),
)


def searching(folder: Path) -> list[Row]:
    """Row 9: search the frames of a large log, both cores."""
    with _recorded(folder) as path:
        rows = []
        for what, text, regex in SEARCHES:
            speeds, hits = [], 0
            for _ in range(3):
                pattern = compile_pattern(text, regex=regex)
                began = time.perf_counter()
                with Spool.read(path) as spool:
                    hits = sum(1 for _ in search(spool.frames(), pattern))
                speeds.append(SIZE / (time.perf_counter() - began) / 1e9)
            speed = spread(speeds)
            rows.append(
                Row(
                    "9",
                    f"search in a {SIZE / 1e9:.2g} GB log: {what}",
                    "≥ 1 GB/s",
                    speed.show(" GB/s"),
                    f"{hits:,} lines",
                    speed.median >= 1,
                )
            )
        return rows


@contextmanager
def _recorded(folder: Path) -> Iterator[Path]:
    log = make_log(folder / "big.log", SIZE)
    data = folder / f"search-{new_run_id()[-8:]}"
    subprocess.run(
        [str(SWIFTLOG), "run", "--quiet", "--", "cat", str(log)],
        env={**os.environ, "SWIFTLOG_DATA_DIR": str(data)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        check=True,
    )
    (path,) = (data / "runs").glob("*.slog")
    yield path
    path.unlink()
