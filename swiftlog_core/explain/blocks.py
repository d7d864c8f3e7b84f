"""Groups findings into blocks: runs of lines that tell one thing.

Neighbouring findings of one tool become one block; what only the generic parser saw
gives way to what a tool's own parser saw in the same lines. The last output of each
failed command is a block too, since a third of all causes hold no word of failure.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from swiftlog_core.explain.parser import EXIT, LINT, TAIL, WORDS, Window
from swiftlog_core.explain.scan import make_scanner
from swiftlog_core.explain.shapes import ERROR, NOTE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from swiftlog_core.events import Finding
    from swiftlog_core.explain.parser import Parser
    from swiftlog_core.explain.reading import Reading
    from swiftlog_core.explain.scan import Scanner
    from swiftlog_core.explain.sections import Outline

TAIL_LINES: Final = 12
_MERGED_LIMIT: Final = 400
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
        self.scanner: Scanner = make_scanner(triggers)
        self.kinds: Mapping[str, str] = {p.name: p.kind for p in parsers}

    def findings(self, reading: Reading) -> list[Finding]:
        """Give what all parsers find in *reading*."""
        found: list[Finding] = []
        for region in reading.regions:
            hits = self.scanner.hits(region.data)
            for parser, mask in zip(self._parsers, self._masks, strict=True):
                places = [hit.line for hit in hits if hit.triggers & mask]
                if places:
                    window = Window(region.first_line, region.lines, places)
                    found.extend(parser.parse(window))
        return found


def build_blocks(
    findings: Iterable[Finding],
    kinds: Mapping[str, str],
    reading: Reading,
    outline: Outline,
) -> list[Block]:
    """Make blocks of *findings*, and one of each failed command's last output."""
    texts = dict(reading.items())
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
    merged = _merge(blocks, texts)
    merged.extend(_tails(outline, texts))
    return merged


def _key_line(finding: Finding, last: int, texts: Mapping[int, str]) -> int:
    """Give the number of the line that holds the finding's message."""
    message = finding.message[:60]
    for number in range(finding.first_line, last + 1):
        if message and message in texts.get(number, ""):
            return number
    return finding.first_line


def _merge(blocks: Sequence[Block], texts: Mapping[int, str]) -> list[Block]:
    """Join blocks of one tool and severity that follow each other at once."""
    merged: list[Block] = []
    for block in blocks:
        before = merged[-1] if merged else None
        if (
            before is not None
            and before.tool == block.tool
            and before.severity == block.severity
            and _touch(before, block, texts)
            and block.last - before.first < _MERGED_LIMIT
        ):
            merged[-1] = before._replace(
                last=max(before.last, block.last),
                findings=(*before.findings, *block.findings),
            )
        else:
            merged.append(block)
    return merged


def _touch(before: Block, after: Block, texts: Mapping[int, str]) -> bool:
    """Tell whether nothing but (for checkers) a blank line lies between."""
    if after.first <= before.last + 1:
        return True
    return (
        before.kind == LINT
        and after.first == before.last + 2
        and not texts.get(before.last + 1, "x").strip()
    )


def _tails(outline: Outline, texts: Mapping[int, str]) -> list[Block]:
    """Make a block of what each failed command printed last."""
    tails: list[Block] = []
    seen: set[int] = set()
    for anchor in outline.hard[:20]:
        last = anchor.line - 1
        while last >= anchor.start and _SKIPPED_IN_TAIL.match(texts.get(last, "")):
            last -= 1
        if last < anchor.start or last in seen:
            continue
        seen.add(last)
        first = max(anchor.start, last - TAIL_LINES + 1)
        while first < last and not texts.get(first, "").strip():
            first += 1
        tails.append(Block(TAIL, "tail", ERROR, first, last, last, ()))
    return tails


def is_summary(block: Block) -> bool:
    """Tell whether a block only says that something failed."""
    return block.severity == NOTE or block.kind == EXIT
