"""Fit the ranker's weights on a corpus of labelled logs, and check them by folds.

    fit_weights.py --corpus DIR/dev.jsonl [--pairs DIR/dev.pairs.jsonl] [--write]

Blocks of one log compete in a softmax; the target shares follow the truth lines that
a block holds and how few others it holds. ``--write`` rewrites
``swiftlog_core/explain/weights.py``. Without it, prints hit, recall and precision of
the fit and of five folds by project.
"""

from __future__ import annotations

import argparse
import json
import random
import re
from collections import defaultdict
from math import exp, sqrt
from pathlib import Path
from typing import NamedTuple

from swiftlog_core.explain import weights as committed
from swiftlog_core.explain.api import build_scene
from swiftlog_core.explain.blocks import Block
from swiftlog_core.explain.features import Scene
from swiftlog_core.explain.rank import describe, rank_described, rank_lines
from swiftlog_core.explain.source import FileSource

FOLDS = 5
ROUNDS = 300
RIDGE = 0.06
NOISE = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]|^\ufeff?\d{4}-\d\d-\d\dT[\d:.]+Z ?|\r")
BUDGETS = (10, 30, 100)


class Sample(NamedTuple):
    row: dict
    blocks: list[Block]
    found: list[dict[str, float]]
    target: list[float]
    scene: Scene
    plain: list[str]
    novel: bool


def plain_lines(path: Path) -> list[str]:
    text = path.read_bytes().decode("utf-8", "replace")
    return [" ".join(NOISE.sub(" ", line).split()) for line in text.split("\n")]


def load(row: dict, root: Path, *, paired: bool) -> Sample:
    base = row.get("baseline_file") if paired else None
    baselines = [FileSource(root / base)] if base else []
    blocks, scene = build_scene(FileSource(root / row["log_file"]), baselines)
    plain = plain_lines(root / row["log_file"])
    truth = set(row["truth_lines"])
    same = {plain[n - 1] for n in truth if len(plain[n - 1]) >= 12}
    told = {n for n, text in enumerate(plain, 1) if n in truth or text in same}
    target = []
    for block in blocks:
        span = range(block.first, block.last + 1)
        held = sum(n in told for n in span)
        shown = sum(bool(scene.texts.get(n, "").strip()) for n in span) or 1
        gain = min(1.0, held / min(30, len(truth)))
        target.append(gain * min(1.0, held / shown))
    total = sum(target)
    target = [t / total for t in target] if total else target
    return Sample(
        row, blocks, describe(blocks, scene), target, scene, plain, bool(base)
    )


def fit(samples: list[Sample]) -> dict[str, float]:
    """Minimise the mean cross-entropy plus a ridge, by Adam on the full batch."""
    names = sorted({n for s in samples for one in s.found for n in one})
    index = {name: i for i, name in enumerate(names)}
    data = []
    for s in samples:
        if sum(s.target) > 0:
            rows = [[(index[n], v) for n, v in one.items()] for one in s.found]
            data.append((rows, s.target, weight_of(s.row)))
    scale = sum(w for _, _, w in data)
    values = [0.0] * len(names)
    mean = [0.0] * len(names)
    square = [0.0] * len(names)
    for step in range(1, ROUNDS + 1):
        slope = [RIDGE * v for v in values]
        for rows, target, weight in data:
            scores = [sum(values[i] * v for i, v in row) for row in rows]
            top = max(scores)
            shares = [exp(s - top) for s in scores]
            total = sum(shares)
            for row, share, wanted in zip(rows, shares, target, strict=True):
                pull = (share / total - wanted) * weight / scale
                if abs(pull) > 1e-7:
                    for i, v in row:
                        slope[i] += pull * v
        rate = 0.1 if step < ROUNDS * 0.7 else 0.03
        for i, g in enumerate(slope):
            mean[i] = 0.9 * mean[i] + 0.1 * g
            square[i] = 0.99 * square[i] + 0.01 * g * g
            step_size = mean[i] / (1 - 0.9**step)
            values[i] -= rate * step_size / (sqrt(square[i] / (1 - 0.99**step)) + 1e-8)
    return dict(zip(names, values, strict=True))


def weight_of(row: dict) -> float:
    """People's marks count most; a tool's own landing line tells less."""
    return {"human": 1.0, "ai+human": 0.7, "human-text": 0.5}.get(row["kind"], 0.35)


def score(
    row: dict, plain: list[str], lines: list[int]
) -> dict[int, tuple[float, float, float]]:
    truth, ok = set(row["truth_lines"]), set(row["ok_lines"])
    same = defaultdict(set)
    for n in truth:
        if len(plain[n - 1]) >= 12:
            same[plain[n - 1]].add(n)
    result = {}
    for budget in BUDGETS:
        found, good = set(), 0
        for n in lines[:budget]:
            text = plain[n - 1] if n <= len(plain) else ""
            got = ({n} & truth) | same.get(text, set())
            found |= got
            good += bool(got) or n in ok
        shown = len(lines[:budget])
        result[budget] = (
            float(bool(found)),
            min(1.0, len(found) / min(budget, len(truth))),
            good / shown if shown else 0.0,
        )
    return result


def predict(sample: Sample, values: dict[str, float]) -> list[int]:
    ranked = rank_described(sample.blocks, sample.found, values)
    return rank_lines(ranked, sample.scene)


def report(title: str, results: list[tuple[Sample, dict]], kind: str | None) -> None:
    chosen = [r for s, r in results if kind is None or s.row["kind"] == kind]
    if not chosen:
        return
    cells = [
        " ".join(f"{sum(r[b][k] for r in chosen) / len(chosen):.3f}" for k in range(3))
        for b in BUDGETS
    ]
    print(f"{title:12} {kind or 'all':11} {len(chosen):4}  " + " | ".join(cells))


def crossed(samples: list[Sample], seed: int) -> list:
    projects = sorted({project_of(s.row) for s in samples})
    random.Random(seed).shuffle(projects)
    results = []
    for fold in range(FOLDS):
        held = set(projects[fold::FOLDS])
        values = fit([s for s in samples if project_of(s.row) not in held])
        results += [
            (s, score(s.row, s.plain, predict(s, values)))
            for s in samples
            if project_of(s.row) in held
        ]
    return results


def project_of(row: dict) -> str:
    """One family of logs: projects with a number behind share their tools."""
    return (
        row["source"]
        if row["source"] == "pytorch"
        else re.sub(r"_\d+$", "", row["project"])
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--pairs", type=Path)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--misses", action="store_true")
    args = parser.parse_args()
    root = args.corpus.parent
    rows = [json.loads(line) for line in args.corpus.read_text("utf-8").splitlines()]
    samples = [load(row, root, paired=False) for row in rows]
    pairs = []
    if args.pairs:
        lines = args.pairs.read_text("utf-8").splitlines()
        pairs = [load(json.loads(line), root, paired=True) for line in lines]
    reach = sum(sum(s.target) > 0 for s in samples)
    print(f"{reach} of {len(samples)} logs have a block with a truth line")
    print(" " * 30 + "hit rcap prec @10 | @30 | @100")
    if args.write:
        write(fit(samples + pairs))
        return
    results = crossed(samples + pairs, 1)
    for kind in ("human", "ai+human", "tool", None):
        report("folds", [r for r in results if not r[0].novel], kind)
    report("folds pairs", [r for r in results if r[0].novel], None)
    values = fit(samples + pairs)
    fitted = [(s, score(s.row, s.plain, predict(s, values))) for s in samples + pairs]
    for kind in ("human", None):
        report("fit", [r for r in fitted if not r[0].novel], kind)
    report("fit pairs", [r for r in fitted if r[0].novel], None)
    for s, r in results if args.misses else ():
        if not r[10][0]:
            print("MISS", s.row["id"], "pair" if s.novel else "")


# What a feature's name does not say by itself, by the start of the name.
COMMENTS = (
    ("kind_", "kind of evidence (and severity): {}"),
    ("hard_", "lines up to the command's failure, as the CI system says it: {}"),
    ("near_", "shortly before a command's failure, kind of evidence: {}"),
    ("since_", "lines since the last sign that something failed: {}"),
    ("says_", "what the telling line says: {}"),
    ("size_", "lines in the block: {}"),
    ("novel_", "compared with passing runs: {}"),
    ("", "{}"),
)


def comment_of(name: str) -> str:
    for start, text in COMMENTS:
        if name.startswith(start):
            return text.format(name.removeprefix(start).replace("_", " "))
    return name


def write(values: dict[str, float]) -> None:
    path = Path(committed.__file__)
    head = path.read_text("utf-8").split("WEIGHTS: Final")[0]
    body = "".join(
        f'    Weight("{name}", {value:.3f}, "{comment_of(name)}"),\n'
        for name, value in sorted(values.items())
        if abs(value) >= 0.02
    )
    path.write_text(f"{head}WEIGHTS: Final[tuple[Weight, ...]] = (\n{body})\n", "utf-8")


if __name__ == "__main__":
    main()
