"""Routes for reading logs and for proving them."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Annotated, Final

from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from swiftlog_core.events import STDERR, STDOUT
from swiftlog_core.stream.lines import Line
from swiftlog_server.accounts.access import Reader
from swiftlog_server.logs import formats
from swiftlog_server.logs.context import with_context
from swiftlog_server.logs.forms import RunClock
from swiftlog_server.logs.proof import ProofService
from swiftlog_server.logs.reading import LineRange
from swiftlog_server.logs.schemas import ChainLinkBody, ChainPage, LogPage, LogQuery
from swiftlog_server.logs.service import LogService, LogSlice, SearchWish
from swiftlog_server.runs.routes import AMBIGUOUS, RunReference, Runs
from swiftlog_server.runs.service import RunFacts
from swiftlog_server.web.provide import Provided
from swiftlog_server.web.schemas import Responses

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from swiftlog_server.logs.reading import Entry

router = APIRouter(prefix="/api/v1", tags=["logs"])

_PAGE_LINES: Final = 1000
_NUMBERS: Final = {None: 0, "stdout": STDOUT, "stderr": STDERR}
_DOWNLOADS: Final[Responses] = {
    200: {
        "content": {
            media_type: {"schema": {"type": "string"}}
            for name, media_type in formats.MEDIA_TYPES.items()
            if name not in ("json", "frames")
        }
    }
}
_FRAMES: Final[Responses] = {
    200: {"content": {formats.MEDIA_TYPES["frames"]: {"schema": {"type": "string"}}}}
}

Logs = Annotated[LogService, Depends(Provided(LogService))]
Proofs = Annotated[ProofService, Depends(Provided(ProofService))]


class AfterQuery(BaseModel):
    """From which frame on."""

    model_config = ConfigDict(extra="forbid")

    after_seq: int = Field(default=0, ge=0, le=2**53)


class ChainQuery(AfterQuery):
    """Which links."""

    limit: int = Field(default=1000, ge=1, le=10_000)


@router.get(
    "/runs/{run_id}/logs",
    response_model=LogPage,
    responses={**AMBIGUOUS, **_DOWNLOADS},
)
def get_logs(
    principal: Reader,
    runs: Runs,
    logs: Logs,
    run_id: RunReference,
    query: Annotated[LogQuery, Query()],
) -> Response:
    """Return lines: a range, the tail, or what a search finds; or all for download."""
    run = runs.get(principal, run_id).run
    stream = _NUMBERS[query.stream]
    if query.format == "raw":
        pieces = logs.raw(run, stream)
        return formats.respond(pieces, "raw", _filename(run, query))
    if query.format == "json":
        return _page(run, logs, query)
    matches: set[int] | None = None if query.q is None else set()
    entries = _entries(run, logs, query, matches)
    clock = RunClock(run.started_ns)
    pieces = {
        "ndjson": lambda: formats.ndjson(entries, clock, matches),
        "csv": lambda: formats.csv(entries, clock),
        "text": lambda: formats.text(entries),
    }[query.format]()
    return formats.respond(pieces, query.format, _filename(run, query))


@router.get(
    "/runs/{run_id}/frames",
    response_class=Response,
    responses={**AMBIGUOUS, **_FRAMES},
)
def get_frames(
    principal: Reader,
    runs: Runs,
    proofs: Proofs,
    run_id: RunReference,
    query: Annotated[AfterQuery, Query()],
) -> Response:
    """Download frames: each a length (4 bytes, big-endian) and a protobuf message."""
    run = runs.get(principal, run_id).run
    return formats.respond(
        proofs.frames(run, query.after_seq), "frames", f"{run.id}.frames"
    )


@router.get("/runs/{run_id}/chain", responses=AMBIGUOUS)
def get_chain(
    principal: Reader,
    runs: Runs,
    proofs: Proofs,
    run_id: RunReference,
    query: Annotated[ChainQuery, Query()],
) -> ChainPage:
    """Return the digests of frames, of which the receipt's chain is made."""
    run = runs.get(principal, run_id).run
    links = [
        ChainLinkBody(seq=seq, first_line=first_line, digest=digest.hex())
        for seq, first_line, digest in proofs.links(run, query.after_seq, query.limit)
    ]
    return ChainPage(run_id=run.id, links=links)


def _filename(run: RunFacts, query: LogQuery) -> str:
    suffix = {"text": "txt", "raw": "log"}.get(query.format, query.format)
    stream = f".{query.stream}" if query.stream else ""
    return f"{run.id}{stream}.{suffix}"


def _page(run: RunFacts, logs: LogService, query: LogQuery) -> Response:
    """Return the JSON page; built by hand, since it may have 10,000 lines."""
    limit = query.limit or _PAGE_LINES
    matches: set[int] | None = None
    if query.tail is not None:
        part = logs.tail(run, query.tail, _NUMBERS[query.stream])
    elif query.q is not None:
        matches = set()
        part = _search_slice(run, logs, query, matches, limit)
    else:
        part = logs.lines(run, _range(run, query), limit)
    next_line = part.next_line
    if next_line is None and run.receipt_at is None:
        next_line = _end_of(run, query.first)
    entries = formats.objects(part.entries, RunClock(run.started_ns), matches)
    body = {
        "run_id": run.id,
        "lines": list(entries),
        "next_line": next_line,
        "total_lines": run.lines,
    }
    return Response(formats.encode(body), media_type="application/json")


def _end_of(run: RunFacts, first: int) -> int:
    """Return where a running log goes on: its first line that is not ended."""
    unended = [n for n in (run.open_stdout, run.open_stderr) if n >= first]
    return min(unended, default=run.lines + 1)


def _range(run: RunFacts, query: LogQuery) -> LineRange:
    last = run.lines if query.last is None else query.last
    return LineRange(query.first, last, _NUMBERS[query.stream])


def _entries(
    run: RunFacts, logs: LogService, query: LogQuery, matches: set[int] | None
) -> Iterable[Entry]:
    """Return what a download shows, whole lines however many."""
    if query.tail is not None:
        return logs.tail(run, query.tail, _NUMBERS[query.stream]).entries
    if query.q is not None and matches is not None:
        hits = islice(logs.search(run, _wish(query, query.q)), query.limit)
        return with_context(run, logs, hits, query.context, matches)
    return _limited(logs.each(run, _range(run, query)), query.limit)


def _search_slice(
    run: RunFacts, logs: LogService, query: LogQuery, matches: set[int], limit: int
) -> LogSlice:
    found = logs.search(run, _wish(query, query.q or ""))
    hits = list(islice(found, limit + 1))
    following = hits.pop().number if len(hits) > limit else None
    return LogSlice(
        list(with_context(run, logs, hits, query.context, matches)), following
    )


def _wish(query: LogQuery, text: str) -> SearchWish:
    return SearchWish(
        text,
        regex=query.regex,
        ignore_case=not query.case,
        stream=_NUMBERS[query.stream],
        first_line=query.first,
        last_line=query.last or 0,
    )


def _limited(entries: Iterator[Entry], limit: int | None) -> Iterator[Entry]:
    """Yield entries up to *limit* lines."""
    lines = 0
    for entry in entries:
        if isinstance(entry, Line):
            if lines == limit:
                return
            lines += 1
        yield entry
