"""Rows 1 to 4: what wrapping a command costs."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import psutil

from tests.bench.harness import (
    ROOT,
    SWIFTLOG,
    Row,
    Timed,
    in_turn,
    make_log,
    ratios,
    run,
    spread,
)

GIGABYTE = 1_000_000_000
SIZE = int(os.environ.get("SWIFTLOG_BENCH_BYTES", GIGABYTE))


def wrapped(folder: Path, *command: str) -> list[str]:
    """Return *command* wrapped, its runs below *folder*."""
    data = folder / "data"
    shutil.rmtree(data, ignore_errors=True)
    return ["env", f"SWIFTLOG_DATA_DIR={data}", str(SWIFTLOG), "run", "--", *command]


def start_up(folder: Path) -> Row:
    """Row 1: the shortest command over a bare interpreter."""
    command = wrapped(folder, "true")
    ours, bare = in_turn(
        [lambda: run(command), lambda: run([sys.executable, "-I", "-c", "pass"])],
        rounds=21,
    )
    over = spread([(a.wall - b.wall) * 1000 for a, b in zip(ours, bare, strict=True)])
    interpreter = spread([b.wall * 1000 for b in bare])
    return Row(
        "1",
        "`swiftlog run -- true`, no server, over a bare interpreter",
        "≤ 60 ms",
        over.show(" ms", 0),
        f"`python -I -c pass` {interpreter.show(' ms', 0)}",
        over.median <= 60,
    )


def throughput(folder: Path) -> list[Row]:
    """Row 2: a large log through the wrapper, and through what people use."""
    log = make_log(folder / "big.log", SIZE)
    source = f"cat {log}"
    ours = wrapped(folder, "cat", str(log))

    def swiftlog() -> Timed:
        shutil.rmtree(folder / "data", ignore_errors=True)
        return run(["bash", "-c", f"{' '.join(ours)} | cat"])

    def tee() -> Timed:
        (folder / "tee.log").unlink(missing_ok=True)
        return run(["bash", "-c", f"{source} | tee {folder}/tee.log | cat"])

    def tee_zstd() -> Timed:
        packed = folder / "tee.zst"
        packed.unlink(missing_ok=True)
        script = f"{source} | tee >(zstd -q -1 -o {packed}) | cat; wait"
        return run(["bash", "-c", script])

    measures = [swiftlog, tee]
    if shutil.which("zstd"):
        measures.append(tee_zstd)
    columns = in_turn(measures)
    against_tee = ratios(columns[0], columns[1])
    wall = spread([timed.wall for timed in columns[0]])
    cpu = spread([timed.cpu for timed in columns[0]])
    label = f"{SIZE / 1e9:.2g} GB through the wrapper"
    rows = [
        Row(
            "2",
            f"{label}, wall over `CMD | tee FILE`",
            "≤ 1.00",
            against_tee.show(),
            f"ours {wall.show(' s')}, CPU {cpu.show(' s')}",
            against_tee.median <= 1.0,
        )
    ]
    if len(columns) > 2:
        against_zstd = ratios(columns[0], columns[2])
        rows.append(
            Row(
                "2",
                f"{label}, wall over `CMD | tee >(zstd -1)`",
                "≤ 1.10",
                against_zstd.show(),
                spread([timed.wall for timed in columns[2]]).show(" s"),
                against_zstd.median <= 1.1,
            )
        )
    return rows


def memory(folder: Path) -> Row:
    """Row 3: the pump's and the recorder's memory, whatever the log's size."""
    log = make_log(folder / "big.log", SIZE)
    process = subprocess.Popen(
        wrapped(folder, "cat", str(log)),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    peak = 0
    while process.poll() is None:
        peak = max(peak, _family_bytes(process.pid))
        time.sleep(0.01)
    mib = peak / 2**20
    return Row(
        "3",
        f"memory of pump and recorder, {SIZE / 1e9:.2g} GB log",
        "≤ 100 MiB",
        f"{mib:.0f} MiB",
        "shared pages counted once (PSS)",
        mib <= 100,
    )


def _family_bytes(pid: int) -> int:
    """Return the memory of swiftlog's processes, not of the command."""
    total = 0
    try:
        family = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
        for member in family:
            if "python" in member.name() or "swiftlog" in member.name():
                total += member.memory_full_info().pss
    except psutil.Error:
        return total
    return total


def real_job(folder: Path) -> Row:
    """Row 4: a real test suite, wrapped and bare."""
    suite = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    suite.append(str(ROOT / "tests/unit/swiftlog_core/stream"))
    ours = wrapped(folder, *suite)
    columns = in_turn([lambda: run(ours), lambda: run(suite)])
    ratio = ratios(columns[0], columns[1])
    cpu = spread([a.cpu / b.cpu for a, b in zip(columns[0], columns[1], strict=True)])
    return Row(
        "4",
        "a real test suite, wall over bare",
        "< 1.01",
        ratio.show("", 3),
        f"CPU {cpu.show('', 3)}",
        ratio.median < 1.01,
    )
