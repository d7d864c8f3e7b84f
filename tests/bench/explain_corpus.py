"""Score ``explain`` on a corpus of labelled logs.

    explain_corpus.py --corpus DIR/dev.jsonl [--pairs DIR/dev.pairs.jsonl]
                      [--predictions FILE]

A corpus has one JSON row a log (id, source, project, kind, log_file, truth_lines,
ok_lines and, where there is one, baseline_file). Prints, per source and kind, hit,
capped recall and precision within 10, 30 and 100 lines: without a passing log for
``--corpus``, with it for ``--pairs``. Figures by folds: ``fit_weights.py``.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import defaultdict
from pathlib import Path

from fit_weights import BUDGETS, plain_lines, score

from swiftlog_core.explain.api import explain
from swiftlog_core.explain.source import FileSource


def run(corpus: Path, *, with_baseline: bool) -> list[dict]:
    """Explain each log of *corpus* and measure it."""
    results = []
    for line in corpus.read_text("utf-8").splitlines():
        row = json.loads(line)
        log = corpus.parent / row["log_file"]
        base = row.get("baseline_file") if with_baseline else None
        baselines = [FileSource(corpus.parent / base)] if base else []
        start = time.process_time()
        lines = list(explain(FileSource(log), baselines=baselines).ranked)
        spent = time.process_time() - start
        figures = score(row, plain_lines(log), lines)
        results.append({"row": row, "lines": lines, "s": spent, "figures": figures})
    return results


def show(title: str, results: list[dict]) -> None:
    """Print one line of figures for each source and kind, and one for all."""
    groups = defaultdict(list)
    for result in results:
        row = result["row"]
        for name in (row["source"], f"kind={row['kind']}", "all"):
            groups[name].append(result["figures"])
    print(f"{title:30}  n   hit rcap prec @10  | @30 | @100")
    for name in sorted(groups, key=lambda n: (n == "all", n.startswith("kind="), n)):
        group = groups[name]
        cells = [
            " ".join(
                f"{sum(g[b][k] for g in group) / len(group):.2f}" for k in range(3)
            )
            for b in BUDGETS
        ]
        print(f"  {name:26} {len(group):4}   " + " | ".join(cells))
    times = sorted(result["s"] for result in results)
    print(f"  {times[len(times) // 2] * 1000:.1f} ms median, {times[-1]:.2f} s worst")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--pairs", type=Path)
    parser.add_argument("--predictions", type=Path)
    args = parser.parse_args()
    results = run(args.corpus, with_baseline=False)
    show("without a passing log", results)
    if args.pairs:
        show("with a passing log", run(args.pairs, with_baseline=True))
    if args.predictions:
        rows = ({"id": r["row"]["id"], "lines": r["lines"]} for r in results)
        args.predictions.write_text("".join(json.dumps(row) + "\n" for row in rows))


if __name__ == "__main__":
    main()
