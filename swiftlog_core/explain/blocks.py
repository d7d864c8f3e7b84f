"""Groups findings into blocks: runs of lines that tell one thing.

Neighbouring findings of one tool become one block; what only the generic parser saw
gives way to what a tool's own parser saw in the same lines. The last output of each
failed command is a block too, since a third of all causes hold no word of failure.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from swiftlog_core.explain.parser import (
    COMPILER,
    EXIT,
    LINT,
    NEWS,
    TAIL,
    TEST,
    WORDS,
    Window,
)
from swiftlog_core.explain.scan import make_scanner
from swiftlog_core.explain.sections import HARD
from swiftlog_core.explain.shapes import ERROR, NOTE, WARNING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from swiftlog_core.events import Finding
    from swiftlog_core.explain.features import Scene
    from swiftlog_core.explain.parser import Parser
    from swiftlog_core.explain.reading import Reading
    from swiftlog_core.explain.scan import Scanner
    from swiftlog_core.explain.sections import Outline

TAIL_LINES: Final = 12
MAX_TAILS: Final = 20
MAX_BLOCKS: Final = 1500
_MERGED_LIMIT: Final = 5000
_GAP: Final = 3
_LISTED: Final = (COMPILER, LINT, TEST)
_SEVERITY_ORDER: Final = {"error": 0, "warning": 1, "note": 2}
_SKIPPED_IN_TAIL: Final = re.compile(
    r"\s*$|npm (?:ERR!|error)|error Command failed|info Visit|\S*make(?:\[\d+\])?: "
    r"|Done\. Your build|travis_|\s*[-=~_*]+\s*$"
)


class Block(NamedTuple):
    """A run of lines that tell one thing.

    ``first`` to ``last`` are line numbers, ``key`` that of the most telling line;
    ``findings`` are those it was made of.
    """

    kind: str
    tool: str
    severity: str
    first: int
    last: int
    key: int
    findings: tuple[Finding, ...]


class Reader:
    """Runs parsers over a reading: one scan finds the places for all of them."""

    def __init__(self, parsers: Sequence[Parser]) -> None:
        """Compile the triggers of *parsers*."""
        self._parsers = tuple(parsers)
        triggers = sorted({t for parser in parsers for t in parser.triggers})
        self._masks = [
            sum(
                1 << number for number, t in enumerate(triggers) if t in parser.triggers
            )
            for parser in parsers
        ]
        self._scanner: Scanner = make_scanner(triggers)
        self._triggers = triggers
        self.kinds: Mapping[str, str] = {p.name: p.kind for p in parsers}

    def places_scanner(self) -> Scanner:
        """Compile a scanner that chooses places in a large log."""
        return make_scanner([t for t in self._triggers if not t.weak])

    def findings(self, reading: Reading) -> list[Finding]:
        """Give what all parsers find in *reading*."""
        found: list[Finding] = []
        for region in reading.regions:
            hits = self._scanner.hits(region.data)
            for parser, mask in zip(self._parsers, self._masks, strict=True):
                places = [hit.line for hit in hits if hit.triggers & mask]
                if places:
                    window = Window(region.first_line, region.lines, places)
                    found.extend(parser.parse(window))
        return found


def build_blocks(
    findings: Iterable[Finding],
    kinds: Mapping[str, str],
    scene: Scene,
) -> list[Block]:
    """Make blocks of *findings*, and one of each failed command's last output."""
    texts = scene.texts
    claimed: dict[int, str] = {}
    blocks: list[Block] = []
    ordered = sorted(
        findings,
        key=lambda f: (
            kinds.get(f.tool, WORDS) in (WORDS, EXIT),
            _SEVERITY_ORDER.get(f.severity, 3),
            f.first_line,
            f.first_line - f.last_line,
            f.tool,
        ),
    )
    for finding in ordered:
        if finding.first_line in claimed:
            continue
        kind = kinds.get(finding.tool, WORDS)
        last = finding.first_line
        while last < finding.last_line and last + 1 not in claimed:
            last += 1
        for number in range(finding.first_line, last + 1):
            claimed[number] = finding.tool
        key = _key_line(finding, last, texts)
        blocks.append(
            Block(
                kind,
                finding.tool,
                finding.severity,
                finding.first_line,
                last,
                key,
                (finding,),
            )
        )
    blocks.sort(key=lambda block: block.first)
    merged = _bounded(_merge(blocks, texts))
    merged.extend(_tails(scene.outline, texts))
    if scene.novel:
        return _only_news(merged, scene.novel, texts)
    return merged


def _bounded(blocks: list[Block]) -> list[Block]:
    """Give up the weakest blocks of a log that has very many, then the inner ones."""
    for severity in (NOTE, WARNING):
        if len(blocks) > MAX_BLOCKS:
            blocks = [b for b in blocks if (b.kind, b.severity) != (WORDS, severity)]
    if len(blocks) > MAX_BLOCKS:
        blocks = blocks[: MAX_BLOCKS // 2] + blocks[-MAX_BLOCKS // 2 :]
    return blocks


def _key_line(finding: Finding, last: int, texts: Mapping[int, str]) -> int:
    """Give the number of the line that holds the finding's message."""
    message = finding.message[:60]
    for number in range(finding.first_line, last + 1):
        if message and message in texts.get(number, ""):
            return number
    return finding.first_line


def _merge(blocks: Sequence[Block], texts: Mapping[int, str]) -> list[Block]:
    """Join blocks of one tool and severity that all but touch.

    Between the problems of a list lie blank lines, shown source, or words that
    only the generic parser claimed; these go into the joined block.
    """
    merged: list[Block] = []
    pending: list[Block] = []  # weak blocks since the last one in `merged`
    for block in blocks:
        before = merged[-1] if merged else None
        if before is not None and _joins(before, block, texts):
            merged[-1] = before._replace(
                last=max(before.last, block.last),
                findings=(*before.findings, *block.findings),
            )
            pending.clear()
        elif before is not None and block.kind == WORDS and _lists(before):
            pending.append(block)
        else:
            merged.extend(pending)
            pending.clear()
            merged.append(block)
    return merged + pending


def _lists(block: Block) -> bool:
    """Tell whether the block may be part of a list of problems."""
    return block.severity == ERROR and block.kind in _LISTED


def _joins(before: Block, after: Block, texts: Mapping[int, str]) -> bool:
    """Tell whether *after* continues *before*."""
    if (before.tool, before.severity) != (after.tool, after.severity):
        return False
    if after.last - before.first > _MERGED_LIMIT:
        return False
    gap = after.first - before.last - 1
    if gap <= 0:
        return True
    return (
        _lists(before)
        and gap <= _GAP
        and all(number in texts for number in range(before.last + 1, after.first))
    )


def _tails(outline: Outline, texts: Mapping[int, str]) -> list[Block]:
    """Make a block of what each failed command printed last.

    A tail before the words of a build tool is shorter and of severity `warning`.
    """
    tails: list[Block] = []
    seen: set[int] = set()
    hard = outline.hard[:MAX_TAILS]
    soft = [a for a in outline.anchors if a.strength != HARD][:MAX_TAILS]
    for anchor in (*hard, *soft):
        strong = anchor.strength == HARD
        last = anchor.line - 1
        while last >= anchor.start and _SKIPPED_IN_TAIL.match(texts.get(last, "")):
            last -= 1
        if last < anchor.start or last in seen:
            continue
        seen.add(last)
        limit = TAIL_LINES if strong else TAIL_LINES // 2
        first = max(anchor.start, last - limit + 1)
        while first < last and not texts.get(first, "").strip():
            first += 1
        severity = ERROR if strong else WARNING
        tails.append(Block(TAIL, "tail", severity, first, last, last, ()))
    return tails


def _only_news(
    blocks: Sequence[Block], novel: frozenset[int], texts: Mapping[int, str]
) -> list[Block]:
    """Cut *blocks* to the lines that are news, and add the news outside of them."""
    kept: list[Block] = []
    covered: set[int] = set()
    for block in blocks:
        fresh = [n for n in range(block.first, block.last + 1) if n in novel]
        if not fresh:
            continue
        if block.kind != TAIL:
            covered.update(fresh)
        key = block.key if block.key in novel else fresh[0]
        kept.append(block._replace(first=fresh[0], last=fresh[-1], key=key))
    outside = (n for n in sorted(novel) if n not in covered)
    return kept + _runs(NEWS, outside, texts)


def _runs(kind: str, numbers: Iterable[int], texts: Mapping[int, str]) -> list[Block]:
    """Make a block of each run of ascending line *numbers* with gaps of one line."""
    runs: list[Block] = []
    for number in numbers:
        if runs and number <= runs[-1].last + 2:
            runs[-1] = runs[-1]._replace(last=number)
        elif texts.get(number, "").strip():
            runs.append(Block(kind, kind, ERROR, number, number, number, ()))
    return runs
