"""The lines around a search's matches."""

from __future__ import annotations

from typing import TYPE_CHECKING

from swiftlog_server.logs.reading import LineRange

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from swiftlog_core.stream.lines import Line
    from swiftlog_server.logs.reading import Entry
    from swiftlog_server.logs.service import LogService
    from swiftlog_server.runs.service import RunFacts


def with_context(
    run: RunFacts,
    logs: LogService,
    hits: Iterable[Line],
    context: int,
    matches: set[int],
) -> Iterator[Entry]:
    """Yield *hits*, each with *context* lines before and after, no line twice.

    Context is of both streams: what the other stream said then is what one wants to
    see. Adds the hits' numbers to *matches*, each before its line is yielded.
    """
    if not context:
        for hit in hits:
            matches.add(hit.number)
            yield hit
        return
    for first, last in _ranges(hits, context, matches):
        yield from logs.each(run, LineRange(first, last))


def _ranges(
    hits: Iterable[Line], context: int, matches: set[int]
) -> Iterator[tuple[int, int]]:
    """Yield the ranges of lines to show; those that touch are one."""
    first = last = 0
    for hit in hits:
        start = max(1, hit.number - context)
        if last and start > last + 1:
            yield first, last
            first = 0
        first = first or start
        last = hit.number + context
        matches.add(hit.number)
    if last:
        yield first, last
