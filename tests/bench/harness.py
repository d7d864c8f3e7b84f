"""How the benchmarks measure: pairs in turn, medians, spread, and one table.

Absolute times of a shared machine mean little, so every figure stands beside a peer
that ran in turn with it, and what is judged is the median of the ratios.
"""

from __future__ import annotations

import os
import platform
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
SWIFTLOG = Path(sys.executable).with_name("swiftlog")
ROUNDS = int(os.environ.get("SWIFTLOG_BENCH_ROUNDS", "5"))


class Row(NamedTuple):
    """One line of the table. ``met`` is None where there is no budget."""

    number: str
    what: str
    budget: str
    figure: str
    peer: str
    met: bool | None


class Spread(NamedTuple):
    """Five runs or so, told by their median and ends."""

    median: float
    low: float
    high: float

    def show(self, unit: str = "", digits: int = 2) -> str:
        """Return ``median (low to high) unit``."""
        median, low, high = (f"{value:.{digits}f}" for value in self)
        return f"{median} ({low} to {high}){unit}"


class Timed(NamedTuple):
    """Wall and CPU seconds (of all descendants that were waited for)."""

    wall: float
    cpu: float


def spread(values: Sequence[float]) -> Spread:
    """Return median, minimum and maximum."""
    return Spread(statistics.median(values), min(values), max(values))


def run(command: Sequence[str], environ: dict[str, str] | None = None) -> Timed:
    """Run *command* to its end with its output thrown away, and time it."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.perf_counter()
    subprocess.run(
        command,
        env={**os.environ, **(environ or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=True,
    )
    wall = time.perf_counter() - began
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Timed(wall, cpu)


def in_turn(
    measures: Sequence[Callable[[], Timed]], rounds: int = ROUNDS
) -> list[list[Timed]]:
    """Run the measures in turn, A B C A B C …, after one warm-up of each."""
    for measure in measures:
        measure()
    taken: list[list[Timed]] = [[] for _ in measures]
    for _ in range(rounds):
        for column, measure in zip(taken, measures, strict=True):
            column.append(measure())
    return taken


def ratios(ours: Sequence[Timed], peers: Sequence[Timed]) -> Spread:
    """Return the spread of wall-time ratios, pair by pair."""
    return spread([a.wall / b.wall for a, b in zip(ours, peers, strict=True)])


def make_log(path: Path, size: int) -> Path:
    """Write *size* bytes that look like a build's output, the same every time."""
    if path.exists() and path.stat().st_size == size:
        return path
    lines = [
        "[{n:7d}/9999999] cc -O2 -Wall -Iinclude -c src/module_{a}/part_{b}.c\n",
        "2026-11-24T10:{c:02d}:{d:02d}.{n:06d}Z INFO worker-{a}: took {b} ms\n",
        "tests/unit/test_{a}.py::test_case_{b}[{c}-{d}] PASSED      [ {c}%]\n",
        "Downloading package-{a}.{b}.{c} ({n} kB) ━━━━━━━━━━━━━━━━ 100%\n",
        "    at com.example.shop.Service{a}.call(Service{a}.java:{b})\n",
    ]
    data = "".join(
        lines[(n * 7919) % len(lines)].format(
            n=n, a=n % 97, b=n % 1009, c=n % 60, d=n % 59
        )
        for n in range(200_000)
    ).encode()
    with path.open("wb") as file:
        left = size
        while left > 0:
            left -= file.write(data[:left])
    return path


def machine() -> str:
    """Return one line about the machine."""
    cpu = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        for line in info.read_text().splitlines():
            if line.startswith("model name"):
                cpu = line.partition(":")[2].strip()
                break
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{cpu}, {os.cpu_count()} cores, {memory:.0f} GiB, "
        f"{platform.system()} {platform.release()}, "
        f"Python {platform.python_version()}"
    )
