"""Reads a log over blocks and keeps the neighbourhoods that matter.

A log up to ``WHOLE_SIZE`` bytes and ``MAX_LINES`` lines is kept whole. Of a larger
one, a first pass samples the lines with each trigger, and a second pass fetches the
lines around them. Both hold a block at a time, so memory depends on ``MAX_LINES`` and
not on the log.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Final, NamedTuple

from swiftlog_core.explain.reading import MAX_LINE_BYTES, Reading, read_regions
from swiftlog_core.explain.source import pieces
from swiftlog_core.explain.templates import templates_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from swiftlog_core.explain.scan import Scanner
    from swiftlog_core.explain.source import LogSource, Piece
    from swiftlog_core.explain.templates import Baseline

WHOLE_SIZE: Final = 4 << 20
MAX_LINES: Final = 20_000
_EACH_END: Final = 40  # lines of one kind remembered from the front, and the back
_BEFORE: Final = 15
_AFTER: Final = 40
_TAIL: Final = 400
_NEWS: Final = 2000
_MAX_PIECE_LINE: Final = 4 * MAX_LINE_BYTES


class Extract(NamedTuple):
    """What was read of a log, and how long the log is."""

    reading: Reading
    lines: int
    size: int


class _Places:
    """Of each trigger, the first lines with it and the last ones, in log order."""

    def __init__(self, triggers: int) -> None:
        """Begin with none for each of *triggers*."""
        self.room = [_EACH_END] * triggers
        self._first: list[list[int]] = [[] for _ in range(triggers)]
        self._last: list[deque[int]] = [
            deque(maxlen=_EACH_END) for _ in range(triggers)
        ]

    def add(self, found: Iterable[tuple[int, int]], data: bytes, line: int) -> None:
        """Remember what a sample *found* in *data*, which starts with *line*."""
        counted = 0
        for offset, number in sorted((offset, number) for number, offset in found):
            line += data.count(b"\n", counted, offset)
            counted = offset
            if self.room[number]:
                if not self._first[number] or self._first[number][-1] != line:
                    self._first[number].append(line)
                    self.room[number] -= 1
            else:
                self._last[number].append(line)

    def by_distance(self) -> Iterator[int]:
        """Yield lines: of each trigger the outermost, then the next, and so on."""
        for index in range(_EACH_END):
            for first, last in zip(self._first, self._last, strict=True):
                if index < len(first):
                    yield first[index]
                if index < len(last):
                    yield last[-1 - index]


def read(
    source: LogSource,
    make_scanner: Callable[[], Scanner],
    baseline: Baseline | None,
) -> Extract:
    """Read *source*, with a scanner made when the log is large.

    With a *baseline* its news count as places too.
    """
    kept: list[bytes] = []
    size = count = 0
    for piece in pieces(source):
        size += len(piece.data)
        count += piece.data.count(b"\n")
        if size > WHOLE_SIZE or count > MAX_LINES:
            kept.clear()
            return _read_parts(source, make_scanner(), baseline)
        kept.append(piece.data)
    data = b"".join(kept)
    lines = data.count(b"\n") + bool(data and not data.endswith(b"\n"))
    return Extract(read_regions([(1, data)], 1, max(1, lines)), lines, size)


def _read_parts(
    source: LogSource, scanner: Scanner, baseline: Baseline | None
) -> Extract:
    """Choose lines in one pass and fetch them in another."""
    places = _Places(len(scanner))
    news: list[int] = []
    size = 0
    lines = 0
    for piece in pieces(source):
        size += len(piece.data)
        first, data = _whole_lines(piece)
        places.add(scanner.sample(data, places.room), data, first)
        if baseline is not None and len(news) < _NEWS:
            news.extend(_news(first, data, baseline))
        ends = piece.data.count(b"\n")
        lines = piece.line + ends - piece.data.endswith(b"\n")
    spans = _spans(places.by_distance(), news[:_NEWS], lines)
    parts = list(_fetch(source, spans))
    return Extract(read_regions(parts, 1, lines), lines, size)


def _whole_lines(piece: Piece) -> tuple[int, bytes]:
    """Give the piece from its first whole line on, and that line's number."""
    if not piece.inside:
        return piece.line, piece.data
    cut = piece.data.find(b"\n") + 1
    return (piece.line + 1, piece.data[cut:]) if cut else (piece.line, b"")


def _news(first: int, data: bytes, baseline: Baseline) -> Iterator[int]:
    """Yield the numbers of lines that may be news, judged as they were printed."""
    strange = baseline.strange(data)
    if strange:
        for number, template in enumerate(templates_of(data), first):
            if template in strange:
                yield number


def _spans(
    places: Iterable[int], news: Iterable[int], lines: int
) -> list[tuple[int, int]]:
    """Give the disjoint ascending spans of lines to fetch."""
    wanted: set[int] = set(range(max(1, lines - _TAIL), lines + 1))
    for number in news:
        wanted.update(range(max(1, number - 2), number + 3))
    for number in places:
        if len(wanted) >= MAX_LINES:
            break
        wanted.update(range(max(1, number - _BEFORE), number + _AFTER))
    spans: list[tuple[int, int]] = []
    for number in sorted(n for n in wanted if n <= lines):
        if spans and number == spans[-1][1] + 1:
            spans[-1] = (spans[-1][0], number)
        else:
            spans.append((number, number))
    return spans


def _fetch(
    source: LogSource, spans: list[tuple[int, int]]
) -> Iterator[tuple[int, bytes]]:
    """Yield each span's first line number and its bytes, long lines cut."""
    at = 0
    held: list[bytes] = []
    for piece in pieces(source):
        first, data = _whole_lines(piece)
        last = first + data.count(b"\n")  # number of the line after the last newline
        texts: list[bytes] | None = None
        while at < len(spans) and spans[at][0] <= last:
            start, end = spans[at]
            if texts is None:
                texts = data.split(b"\n")
                if not texts[-1]:
                    texts.pop()
            held.extend(
                text[:_MAX_PIECE_LINE]
                for text in texts[max(0, start - first) : end + 1 - first]
            )
            if end >= first + len(texts):
                break
            yield start, b"\n".join(held) + b"\n"
            held = []
            at += 1
    if held:
        yield spans[at][0], b"\n".join(held) + b"\n"
