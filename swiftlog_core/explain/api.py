"""Explains a log: the seam that the CLI, the server and the report stand on.

``explain`` composes reading, parsers, comparison, ranking and excerpt. It is
deterministic, needs no network and no AI, and raises only what reading the source
raises.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from swiftlog_core.explain.blocks import Reader, build_blocks
from swiftlog_core.explain.excerpt import Budget, make_excerpt
from swiftlog_core.explain.features import make_scene
from swiftlog_core.explain.fingerprint import fingerprint_of
from swiftlog_core.explain.parser import load_all
from swiftlog_core.explain.rank import rank, rank_lines
from swiftlog_core.explain.sections import outline
from swiftlog_core.explain.select import read
from swiftlog_core.explain.templates import Baseline, novel_lines

if TYPE_CHECKING:
    from collections.abc import Sequence

    from swiftlog_core.events import Excerpt, ExitStatus, Finding
    from swiftlog_core.explain.blocks import Block
    from swiftlog_core.explain.features import Scene
    from swiftlog_core.explain.parser import Parser
    from swiftlog_core.explain.reading import Reading
    from swiftlog_core.explain.source import LogSource

MAX_NEWS = 1000
DEFAULT_BUDGET = Budget()


class Counts(NamedTuple):
    """What a log holds: lines, bytes, and findings by severity."""

    lines: int
    size: int
    errors: int
    warnings: int


class Explanation(NamedTuple):
    """Why a run failed, as far as its log tells.

    ``ranked`` are line numbers, most telling first, at most 100. ``news`` are lines
    whose template did not occur in the baselines, in log order, at most
    ``MAX_NEWS``; ``divergence`` is the first of them, 0 without. ``failed`` tells
    whether anything says that something failed: the exit status if it is known,
    else the log. ``fingerprint`` is equal for the same failure of another run and
    empty where nothing failed.
    """

    findings: tuple[Finding, ...]
    excerpt: Excerpt
    ranked: tuple[int, ...]
    fingerprint: str
    news: tuple[int, ...]
    divergence: int
    failed: bool
    counts: Counts


@lru_cache(maxsize=4)
def _reader(parsers: tuple[Parser, ...] = ()) -> Reader:
    """Compile the built-in parsers and *parsers* once a process."""
    return Reader((*load_all(), *parsers))


def explain(
    source: LogSource,
    *,
    baselines: Sequence[LogSource] = (),
    exit_status: ExitStatus | None = None,
    command: Sequence[str] = (),
    budget: Budget = DEFAULT_BUDGET,
    parsers: Sequence[Parser] = (),
) -> Explanation:
    """Name the lines of *source* that carry the cause of its failure.

    *baselines* are logs of passing runs of the same command. With *exit_status* it
    is known whether the run failed. *command* is its argv. *parsers* are read
    besides the built-in ones. Memory is bounded whatever the log's size; the time is
    linear in it.
    """
    reader = _reader(tuple(parsers))
    baseline = Baseline.of(baselines) if baselines else None
    extract = read(source, reader.places_scanner, baseline)
    findings = reader.findings(extract.reading)
    shape = outline(extract.reading)
    scene = make_scene(extract.reading, shape, _news(extract.reading, baseline))
    ranked = rank(build_blocks(findings, reader.kinds, scene), scene)
    lines = rank_lines(ranked, scene)
    scores: dict[int, float] = {}
    for one in ranked:
        for number in range(one.block.first, one.block.last + 1):
            scores[number] = max(scores.get(number, 0.0), one.belief)
    news = sorted(scene.novel or ())[:MAX_NEWS]
    failed = _failed(exit_status, certain=shape.certain, findings=findings)
    return Explanation(
        findings=_located(findings),
        excerpt=make_excerpt(lines, scores, scene.texts, budget),
        ranked=tuple(lines),
        fingerprint=fingerprint_of(ranked, scene.texts, command) if failed else "",
        news=tuple(news),
        divergence=news[0] if news else 0,
        failed=failed,
        counts=Counts(
            lines=extract.lines,
            size=extract.size,
            errors=sum(f.severity == "error" for f in findings),
            warnings=sum(f.severity == "warning" for f in findings),
        ),
    )


def build_scene(
    source: LogSource, baselines: Sequence[LogSource] = ()
) -> tuple[list[Block], Scene]:
    """Give the blocks of *source* and what their features look at, for fitting."""
    reader = _reader()
    baseline = Baseline.of(baselines) if baselines else None
    reading = read(source, reader.places_scanner, baseline).reading
    scene = make_scene(reading, outline(reading), _news(reading, baseline))
    return build_blocks(reader.findings(reading), reader.kinds, scene), scene


def _news(reading: Reading, baseline: Baseline | None) -> frozenset[int] | None:
    """Give the lines that no passing run printed the like of, if there is one."""
    return novel_lines(reading, baseline) if baseline is not None else None


def _failed(
    status: ExitStatus | None, *, certain: bool, findings: Sequence[Finding]
) -> bool:
    """Tell whether the run failed, from its status or else from its log."""
    if status is not None:
        return status.exit_code != 0
    return certain or any(
        finding.severity == "error" and finding.tool != "generic"
        for finding in findings
    )


def _located(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Give what tools' own parsers found, in log order, each problem once."""
    kept: dict[tuple[str, str, int, str], Finding] = {}
    for finding in sorted(findings, key=lambda f: (f.first_line, f.last_line, f.tool)):
        if finding.tool != "generic" and finding.severity != "note":
            kept.setdefault(
                (finding.tool, finding.file, finding.line, finding.message), finding
            )
    return tuple(kept.values())
