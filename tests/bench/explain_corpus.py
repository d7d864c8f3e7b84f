"""Score ``explain`` on a corpus of labelled logs.

    explain_corpus.py --corpus DIR/dev.jsonl [--baseline] [--predictions FILE]

The corpus has one JSON row a log (id, log_file, truth_lines, ok_lines, kind, source
and, where it has one, baseline_file). Prints hit, recall and precision within 10,
30 and 100 lines.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path

from swiftlog_core.explain.api import explain
from swiftlog_core.explain.source import FileSource


def predict(row: dict, root: Path, *, with_baseline: bool) -> list[int]:
    base = row.get("baseline_file") if with_baseline else None
    baselines = [FileSource(root / base)] if base else []
    return list(explain(FileSource(root / row["log_file"]), baselines=baselines).ranked)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--baseline", action="store_true")
    parser.add_argument("--predictions", type=Path, required=True)
    args = parser.parse_args()
    rows = [json.loads(line) for line in args.corpus.read_text("utf-8").splitlines()]
    times = []
    with args.predictions.open("w") as out:
        for row in rows:
            start = time.perf_counter()
            lines = predict(row, args.corpus.parent, with_baseline=args.baseline)
            times.append(time.perf_counter() - start)
            out.write(json.dumps({"id": row["id"], "lines": lines}) + "\n")
    times.sort()
    print(f"median {times[len(times) // 2] * 1000:.1f} ms, worst {times[-1]:.2f} s")


if __name__ == "__main__":
    main()
