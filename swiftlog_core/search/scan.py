"""Search the frames of a run, on as many threads as there are cores.

Decompressing and matching release the GIL; results come in line order. Blocks are
the log in line order (``swiftlog_core.stream.lines``), so a line that lies over
frames or around the other stream's lines is seen whole.
"""

from __future__ import annotations

from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Final, NamedTuple

from swiftlog_core.stream.lines import blocks

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from swiftlog_core.events import Frame
    from swiftlog_core.search.pattern import Pattern
    from swiftlog_core.stream.lines import Block, Line

AHEAD: Final = 4  # blocks in flight for each thread: bounds memory


class Options(NamedTuple):
    """Which lines to look at: ``stream`` 0 is both; numbers are inclusive."""

    stream: int = 0
    first_line: int = 1
    last_line: int = 0  # 0: to the end


def search(
    frames: Iterable[Frame],
    pattern: Pattern,
    options: Options = Options(),  # noqa: B008 - immutable
    *,
    threads: int = 2,
) -> Iterator[Line]:
    """Yield the matching lines in order. Stop iterating to stop searching."""
    with ThreadPoolExecutor(threads, "swiftlog-search") as pool:
        waiting: deque[Future[list[Line]]] = deque()
        try:
            for block in blocks(frames):
                waiting.append(pool.submit(_hits, block, pattern, options))
                if len(waiting) >= threads * AHEAD:
                    yield from waiting.popleft().result()
            while waiting:
                yield from waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()


def _hits(block: Block, pattern: Pattern, options: Options) -> list[Line]:
    text = block.text()
    hits, number, at = [], block.first_line, 0
    for start, end in pattern.spans(text):
        number += text.count(b"\n", at, start)
        at = start
        if options.last_line and number > options.last_line:
            break
        if number < options.first_line:
            continue
        line = block.line(number, start, end)
        if not options.stream or line.stream == options.stream:
            hits.append(line)
    return hits
