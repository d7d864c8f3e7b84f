"""A log's entries as NDJSON, CSV, text, and the objects of the JSON page.

Owns the look of each format. What was printed is never markup here: spreadsheets
that would run a cell as a formula get an apostrophe before it.
"""

from __future__ import annotations

import json
from itertools import chain
from typing import TYPE_CHECKING, Final

from fastapi.responses import Response, StreamingResponse

from swiftlog_core.events import STDERR, STDOUT
from swiftlog_core.stream.lines import Line
from swiftlog_server.logs.forms import RunClock, content_of

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator

    from swiftlog_server.logs.reading import Entry

encode: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
STREAMS: Final = {STDOUT: "stdout", STDERR: "stderr"}
MEDIA_TYPES: Final = {
    "json": "application/json",
    "ndjson": "application/x-ndjson",
    "text": "text/plain; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
    "raw": "application/octet-stream",
    "frames": "application/vnd.swiftlog.frames",
}
_CHUNK_BYTES: Final = 64 * 1024
_AT_ONCE_BYTES: Final = 512 * 1024
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
_CSV_HEADER: Final = "line,stream,t_ns,timestamp,more,content,base64\r\n"


def objects(
    entries: Iterable[Entry],
    clock: RunClock,
    matches: Container[int] | None = None,
) -> Iterator[dict[str, object]]:
    """Yield each entry as the JSON page has it.

    *matches* has the numbers of the lines that a search found; it may still grow
    while entries come.
    """
    for entry in entries:
        if not isinstance(entry, Line):
            yield {
                "gap": STREAMS[entry.stream],
                "after_line": entry.line,
                "bytes": entry.size,
                "cause": entry.cause,
            }
            continue
        content, exact = content_of(entry.data)
        line: dict[str, object] = {
            "line": entry.number,
            "stream": STREAMS[entry.stream],
            "t_ns": entry.t_ns,
            "timestamp": clock.at(entry.t_ns),
            "content": content,
            "more": entry.more,
        }
        if exact is not None:
            line["base64"] = exact
        if matches is not None:
            line["match"] = entry.number in matches
        yield line


def ndjson(
    entries: Iterable[Entry],
    clock: RunClock,
    matches: Container[int] | None = None,
) -> Iterator[bytes]:
    """Yield one JSON object a line."""
    for shown in objects(entries, clock, matches):
        yield encode(shown).encode() + b"\n"


def csv(entries: Iterable[Entry], clock: RunClock) -> Iterator[bytes]:
    """Yield RFC 4180 rows of the lines; gaps have no row of their own."""
    yield _CSV_HEADER.encode()
    for entry in entries:
        if not isinstance(entry, Line):
            continue
        content, exact = content_of(entry.data)
        if content.startswith(_FORMULA):
            content = "'" + content
        quoted = content.replace('"', '""')
        yield (
            f"{entry.number},{STREAMS[entry.stream]},{entry.t_ns},"
            f"{clock.at(entry.t_ns)},{str(entry.more).lower()},"
            f'"{quoted}",{exact or ""}\r\n'
        ).encode()


def text(entries: Iterable[Entry]) -> Iterator[bytes]:
    """Yield the lines' bytes, each line ended by a newline."""
    for entry in entries:
        if isinstance(entry, Line):
            yield entry.data if entry.data.endswith(b"\n") else entry.data + b"\n"


def respond(pieces: Iterator[bytes], kind: str, filename: str) -> Response:
    """Return *pieces* as a download: at once when small, else as a stream.

    The beginning is made before any header is sent, so that what cannot be read at
    all is an error and not half an answer.
    """
    headers = {"Content-Disposition": f'attachment; filename="{filename}"'}
    chunks = _chunks(pieces)
    begun: list[bytes] = []
    for piece in chunks:
        begun.append(piece)
        if sum(map(len, begun)) >= _AT_ONCE_BYTES:
            body = chain(begun, chunks)
            return StreamingResponse(body, 200, headers, MEDIA_TYPES[kind])
    return Response(b"".join(begun), 200, headers, MEDIA_TYPES[kind])


def _chunks(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Join small pieces: each chunk of a stream costs a switch of threads."""
    held: list[bytes] = []
    size = 0
    for piece in pieces:
        held.append(piece)
        size += len(piece)
        if size >= _CHUNK_BYTES:
            yield b"".join(held)
            held, size = [], 0
    if held:
        yield b"".join(held)
