"""``make bench``: measure the budgets and rewrite docs/benchmarks.md.

    python -m tests.bench [ROW ...]     only these rows; then nothing is written

Environment: SWIFTLOG_BENCH_BYTES (log size of rows 2, 3, 9), SWIFTLOG_BENCH_LINES
(row 8), SWIFTLOG_BENCH_ROUNDS (5).
"""

from __future__ import annotations

import compileall
import sys
import tempfile
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from tests.bench import client, ingest, server
from tests.bench.harness import ROOT, Row, machine

Measure = Callable[[Path], Row | list[Row]]
MEASURES: dict[str, Measure] = {
    "1": client.start_up,
    "2": client.throughput,
    "3": client.memory,
    "4": client.real_job,
    "5": server.latency,
    "6": ingest.rows,
    "8": server.line_ranges,
    "9": server.searching,
}
PAGE = ROOT / "docs" / "benchmarks.md"


def main(wanted: Sequence[str]) -> int:
    """Run the measures and print, or write, their table."""
    rows: list[Row] = []
    for package in ("swiftlog_core", "swiftlog_server", "cli", "integrations"):
        # As an installation has it, whatever PYTHONDONTWRITEBYTECODE says here.
        compileall.compile_dir(ROOT / package, quiet=1)
    with tempfile.TemporaryDirectory(prefix="swiftlog-bench-") as name:
        for number, measure in MEASURES.items():
            if wanted and number not in wanted:
                continue
            folder = Path(name) / number
            folder.mkdir()
            (folder / "big.log").symlink_to(Path(name) / "big.log")
            measured = measure(folder)
            for row in measured if isinstance(measured, list) else [measured]:
                rows.append(row)
                sys.stderr.write(_line(row) + "\n")
    table = "\n".join([_HEAD, *map(_line, rows)])
    if wanted:
        sys.stdout.write(table + "\n")
    else:
        PAGE.write_text(_page(table), "utf-8")
    return 0


_HEAD = "| # | what | budget | measured | beside it | |\n|---|---|---|---|---|---|"


def _line(row: Row) -> str:
    verdict = {True: "met", False: "**missed**", None: ""}[row.met]
    cells = (row.number, row.what, row.budget, row.figure, row.peer, verdict)
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _page(table: str) -> str:
    today = datetime.now(UTC).date().isoformat()
    return f"""# Benchmarks

Measured on {today} by `make bench` on {machine()}.
Ratios are of wall times, run in turn with the peer.
Figures are the median of five runs, with minimum and maximum in brackets.
A figure that misses its budget says so.

{table}
"""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
