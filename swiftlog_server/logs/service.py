"""Logs as people ask for them: ranges of lines, the tail, raw bytes, search.

Works on runs that the caller was allowed to see. Reads frames and never the runs'
rows; synchronous and thread-safe.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from swiftlog_core.search.pattern import compile_pattern
from swiftlog_core.search.scan import Options, search
from swiftlog_core.stream.layout import decode
from swiftlog_core.stream.lines import Line
from swiftlog_server.logs.reading import LineRange, walk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from swiftlog_server.logs.reading import Entry
    from swiftlog_server.runs.service import RunFacts
    from swiftlog_server.storage.interfaces import LogStore

MAX_LINE_BYTES: Final = 1024 * 1024
MAX_SLICE_BYTES: Final = 8 * 1024 * 1024
_TAIL_STEP: Final = 1000  # lines; the first step back when one stream is asked for
SEARCH_THREADS: Final = 2


class LogSlice(NamedTuple):
    """Some entries of a log. ``next_line`` is where to go on; ``None``: at the end.

    A line over ``MAX_LINE_BYTES`` is cut and says ``more``.
    """

    entries: list[Entry]
    next_line: int | None


class SearchWish(NamedTuple):
    """What to search a log for, and where. Lines are inclusive; 0: to the end."""

    text: str
    regex: bool = False
    ignore_case: bool = False
    stream: int = 0
    first_line: int = 1
    last_line: int = 0


class LogService:
    """Reads logs out of a log store."""

    def __init__(self, store: LogStore) -> None:
        """Read from *store*."""
        self._store = store

    def lines(self, run: RunFacts, wanted: LineRange, limit: int) -> LogSlice:
        """Return the range, or its beginning.

        It ends early after *limit* lines or when it has ``MAX_SLICE_BYTES``.
        """
        entries: list[Entry] = []
        size = count = 0
        for entry in self.each(run, wanted):
            if isinstance(entry, Line):
                if size >= MAX_SLICE_BYTES or count == limit:
                    return LogSlice(entries, entry.number)
                size, count = size + len(entry.data), count + 1
            entries.append(_bounded(entry))
        last = min(wanted.last, run.lines)
        return LogSlice(entries, last + 1 if last < run.lines else None)

    def tail(self, run: RunFacts, count: int, stream: int = 0) -> LogSlice:
        """Return the last *count* lines, of one stream or of both.

        For one stream it steps back until enough lines of it were found.
        """
        step = _TAIL_STEP if stream else count
        while True:
            first = max(1, run.lines - step + 1)
            wanted = LineRange(first, run.lines, stream)
            entries = [_bounded(entry) for entry in self.each(run, wanted)]
            found = [i for i, e in enumerate(entries) if isinstance(e, Line)]
            if len(found) >= count or first == 1:
                break
            step *= 4
        if count and len(found) > count:
            entries = entries[found[-count] :]
        return LogSlice(entries if count else [], None)

    def each(self, run: RunFacts, wanted: LineRange) -> Iterator[Entry]:
        """Yield the range's lines, whole, and its gaps; reads as it goes."""
        seq = self._store.frame_of_line(run.id, wanted.first)
        frames = self._store.frames(run.id, after_seq=max(seq - 1, 0))
        return walk(frames, wanted, ended=run.receipt_at is not None)

    def raw(self, run: RunFacts, stream: int = 0) -> Iterator[bytes]:
        """Yield exactly what was printed, in the order of arrival.

        The bytes of one stream, or of both as they came.
        """
        for frame in self._store.frames(run.id):
            body = decode(frame)
            if not stream or body.streams.count(stream) == len(body.streams):
                yield body.text
                continue
            offset, parts = 0, list[bytes]()
            for number, size in zip(body.streams, body.sizes, strict=True):
                if number == stream:
                    parts.append(body.text[offset : offset + size])
                offset += size
            yield b"".join(parts)

    def search(self, run: RunFacts, wish: SearchWish) -> Iterator[Line]:
        """Yield the matching lines in order; stop iterating to stop searching.

        Raises ``PatternError`` at once for a pattern that cannot be used.
        """
        pattern = compile_pattern(
            wish.text, regex=wish.regex, ignore_case=wish.ignore_case
        )
        seq = self._store.frame_of_line(run.id, wish.first_line)
        frames = self._store.frames(run.id, after_seq=max(seq - 1, 0))
        options = Options(wish.stream, wish.first_line, wish.last_line)
        return search(frames, pattern, options, threads=SEARCH_THREADS)


def _bounded(entry: Entry) -> Entry:
    if not isinstance(entry, Line) or len(entry.data) <= MAX_LINE_BYTES:
        return entry
    return entry._replace(data=entry.data[:MAX_LINE_BYTES], more=True)
