"""Budget row 6: what one ingest process takes on one core, every line checked.

``python -m tests.bench.ingest small|large [streams] [frames]``. Frames are encoded
before the clock starts; the generator has the other core. What counts is the server's
CPU time: frames and bytes of text for each second of it.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

import grpc
import psutil

from swiftlog_core.events import STDOUT
from swiftlog_core.wire.calls import frame_request, start_request
from swiftlog_core.wire.codec import closing_to_pb, open_to_pb
from swiftlog_core.wire.v1.swiftlog_pb2_grpc import IngestStub
from swiftlog_server.accounts.service import TokenWish
from swiftlog_server.parts import make_parts
from swiftlog_server.settings import load
from tests.bench.harness import ROUNDS, Row, spread
from tests.unit.swiftlog_server.recording import Recording

KIB = 1024


class Load(NamedTuple):
    """How many streams, frames each, and bytes of text a frame."""

    streams: int
    frames: int
    text_bytes: int


class Figures(NamedTuple):
    """What was measured. Times in seconds, ``text`` in bytes."""

    frames: int
    text: int
    wall: float
    server_cpu: float
    generator_cpu: float
    resident: int

    def show(self) -> str:
        """Return the line for people."""
        return (
            f"{self.frames} frames, {self.text / 1e6:.0f} MB of text in "
            f"{self.wall:.2f} s; server CPU {self.server_cpu:.2f} s, generator "
            f"{self.generator_cpu:.2f} s, {self.resident / 1e6:.0f} MB resident; "
            f"a core: {self.frames / self.server_cpu:.0f} frames/s, "
            f"{self.text / self.server_cpu / 1e6:.0f} MB/s"
        )


LOADS = {"small": Load(1000, 30, 400), "large": Load(8, 400, 255 * KIB)}


def make_runs(load: Load) -> list[Recording]:
    """Return one run a stream, each frame with the same amount of text."""
    runs = []
    for stream in range(load.streams):
        reads = []
        number = 0
        for _ in range(load.frames):
            text, size = [], 0
            while size < load.text_bytes:
                number += 1
                line = b"2026-11-24T10:00:%02d.%06d step %d of stream %d: compiled " % (
                    number % 60,
                    number * 7919 % 1_000_000,
                    number,
                    stream,
                ) + b"src/module_%d.c in %d ms\n" % (number % 97, number % 1013)
                text.append(line)
                size += len(line)
            reads.append((STDOUT, b"".join(text)))
        runs.append(Recording(reads))
    return runs


def make_tokens(folder: Path, count: int) -> list[str]:
    """Return as many tokens of a new server in *folder*."""
    parts = make_parts(load(data_dir=folder))
    admin = parts.accounts.administrator()
    tokens = [
        parts.accounts.create_token(admin, TokenWish(f"t{n}", "ingest")).token
        for n in range(count)
    ]
    parts.close()
    return tokens


class Recorder:
    """One recorder: own connection, run and token."""

    def __init__(self, target: str, token: str, run: Recording) -> None:
        options = [("grpc.use_local_subchannel_pool", 1)]
        self._channel = grpc.aio.insecure_channel(target, options)
        self._stub = IngestStub(self._channel)
        self._metadata = (("authorization", f"Bearer {token}"),)
        self._requests = [frame_request(frame) for frame in run.frames]
        self._run = run

    async def begin(self) -> None:
        """Open the run and have its first frame acknowledged."""
        request = open_to_pb(self._run.info())
        opened = await self._stub.OpenRun(request, metadata=self._metadata)
        self._epoch = opened.epoch
        self._call = self._stub.StreamFrames(metadata=self._metadata)
        await self._call.write(start_request(self._run.run_id, opened.epoch))
        await self._call.write(self._requests[0])
        await self._acked(1)

    async def ship(self) -> None:
        """Send all other frames and see them acknowledged."""
        acked = asyncio.create_task(self._acked(self._run.end.seq))
        for request in self._requests[1:]:
            await self._call.write(request)
        await acked

    async def finish(self) -> None:
        """Close the run and compare its receipt."""
        await self._call.done_writing()
        request = closing_to_pb(self._run.closing(self._epoch))
        answer = await self._stub.CloseRun(request, metadata=self._metadata)
        assert answer.receipt.chain == self._run.end.chain
        await self._channel.close()

    async def _acked(self, last: int) -> None:
        response = await self._call.read()
        while response.durable_seq < last:
            response = await self._call.read()


async def generate(
    target: str, tokens: list[str], runs: list[Recording], server: psutil.Process
) -> Figures:
    """Begin all runs, then ship all frames at once and measure that."""
    recorders = [
        Recorder(target, token, run) for token, run in zip(tokens, runs, strict=True)
    ]
    for recorder in recorders:
        await recorder.begin()
    own = psutil.Process()
    cpu, mine, began = server.cpu_times(), own.cpu_times(), time.perf_counter()
    await asyncio.gather(*(recorder.ship() for recorder in recorders))
    wall = time.perf_counter() - began
    cpu_after, mine_after = server.cpu_times(), own.cpu_times()
    await asyncio.gather(*(recorder.finish() for recorder in recorders))
    return Figures(
        sum(len(run.frames) - 1 for run in runs),
        sum(frame.text_size for run in runs for frame in run.frames[1:]),
        wall,
        cpu_after.user + cpu_after.system - cpu.user - cpu.system,
        mine_after.user + mine_after.system - mine.user - mine.system,
        server.memory_info().rss,
    )


def measure(load: Load) -> Figures:
    """Run a server on the first core and the load on the second."""
    runs = make_runs(load)
    with tempfile.TemporaryDirectory() as folder:
        tokens = make_tokens(Path(folder), load.streams)
        command = [sys.executable, "-m", "swiftlog_server", "--grpc-port", "0"]
        if os.environ.get("PROFILE"):
            command[1:3] = [
                "-m",
                "cProfile",
                "-o",
                os.environ["PROFILE"],
                "-m",
                "swiftlog_server",
            ]
        server = subprocess.Popen(
            [*command, "--http-port", "0"],
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "SWIFTLOG_DATA_DIR": folder},
        )
        try:
            process = psutil.Process(server.pid)
            cores = process.cpu_affinity()
            process.cpu_affinity(cores[:1])
            psutil.Process().cpu_affinity(cores[-1:])  # put back below
            assert server.stdout is not None
            greeting = next(line for line in server.stdout if "listens" in line)
            target = greeting.split("gRPC ")[1].split(",")[0]
            return asyncio.run(generate(target, tokens, runs, process))
        finally:
            psutil.Process().cpu_affinity(list(range(os.cpu_count() or 1)))
            server.terminate()
            server.wait(60)


def rows(folder: Path) -> list[Row]:
    """Row 6: the table's lines, judged by what one core of the server took."""
    del folder  # each measure has a server of its own
    large = [measure(LOADS["large"]) for _ in range(ROUNDS)]
    speeds = spread([got.text / got.wall / 1e6 for got in large])
    cpu = spread([got.text / got.server_cpu / 1e6 for got in large])
    small = [measure(LOADS["small"]) for _ in range(ROUNDS)]
    rates = spread([got.frames / got.wall for got in small])
    rate_cpu = spread([got.frames / got.server_cpu for got in small])
    return [
        Row(
            "6",
            "ingest, one process on one core, SQLite: log text in 255 KiB frames",
            "≥ 300 MB/s",
            speeds.show(" MB/s", 0),
            f"{cpu.show('', 0)} MB for a second of the server's CPU; "
            f"generator {large[-1].generator_cpu:.1f} s CPU",
            speeds.median >= 300,
        ),
        Row(
            "6",
            "the same: small frames of 1,000 streams, own connection and token each",
            "≥ 3,000 frames/s",
            rates.show("/s", 0),
            f"{rate_cpu.show('', 0)} for a second of the server's CPU; "
            f"generator {small[-1].generator_cpu:.1f} s CPU",
            rates.median >= 3000,
        ),
    ]


if __name__ == "__main__":
    chosen = LOADS[sys.argv[1]]
    if len(sys.argv) > 2:
        chosen = chosen._replace(streams=int(sys.argv[2]), frames=int(sys.argv[3]))
    print(measure(chosen).show())
