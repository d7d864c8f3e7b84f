"""Runs and logs on a server, through its REST API.

Imported when a server has to be asked, since httpx is heavy. Following asks for new
frames four times a second: a WebSocket library is no dependency of the client.
"""

from __future__ import annotations

import json
from base64 import b64decode
from typing import TYPE_CHECKING, Any, Final

from swiftlog_cli.entries import GapMark, LineRange
from swiftlog_cli.records import RunRecord, from_iso
from swiftlog_cli.selection import NAMES
from swiftlog_core.events import RUNNING, Receipt
from swiftlog_core.stream.lines import Line
from swiftlog_core.transport.rest import RestClient

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from swiftlog_cli.entries import Entry
    from swiftlog_cli.selection import Grep
    from swiftlog_cli.wanted import Wanted
    from swiftlog_core.config import ClientConfig
    from swiftlog_core.events import Frame

PAGE: Final = 200
MAX_CONTEXT: Final = 50  # lines around a match that a server gives
STREAMS: Final = {name: number for number, name in NAMES.items()}


class ServerRunLog:
    """The log of a run on a server. ``close`` closes the connection."""

    poll_seconds: Final = 0.25

    def __init__(self, rest: RestClient, record: RunRecord) -> None:
        """Read the run of *record* through *rest*, which is closed with this."""
        self._rest = rest
        self._record = record
        self._path = f"/runs/{record.id}"

    def record(self) -> RunRecord:
        """Ask the server what it knows now, and for the receipt when there is one."""
        record = record_of(self._rest.get(self._path), self._rest.base_url)
        if record.delivered:
            receipt = self._rest.get(f"{self._path}/receipt")
            record = record._replace(
                receipt={name: receipt[name] for name in Receipt._fields}
            )
        self._record = record
        return record

    def lines(
        self, span: LineRange, stream: int = 0, grep: Grep | None = None
    ) -> Iterator[Entry]:
        """Yield lines as the server sends them; it searches itself where it can."""
        params = _stream_param(stream)
        params |= {"format": "ndjson", "from": span.first}
        if span.last:
            params["to"] = span.last
        asks = grep is not None and grep.context <= MAX_CONTEXT
        if grep is not None and asks:
            params |= {"q": grep.pattern, "regex": grep.is_regex}
            params |= {"case": not grep.ignore_case, "context": grep.context}
        body = self._rest.stream(f"{self._path}/logs", params)
        found = (entry_of(json.loads(text)) for text in _split(body))
        return found if grep is None or asks else grep.pick(found)

    def frames(self, after_seq: int = 0) -> Iterator[Frame]:
        """Yield the frames that the server has behind *after_seq*."""
        return self._rest.frames(self._record.id, after_seq)

    def frame_of(self, line: int) -> int:
        """Find the frame in which *line* begins, by asking about a few."""
        low, high = 1, self._record.frames
        while line > 1 and low < high:
            middle = (low + high + 1) // 2
            params = {"after_seq": middle - 1, "limit": 1}
            links = self._rest.get(f"{self._path}/chain", params)["links"]
            if links and links[0]["first_line"] <= line:
                low = middle
            else:
                high = middle - 1
        return low

    def has_ended(self) -> bool:
        """Tell whether the run is over, as far as the server knows."""
        body = self._rest.get(self._path)
        return bool(body["status"] != RUNNING)

    def raw(self, stream: int = 0) -> Iterator[bytes]:
        """Yield what the server stored, byte for byte."""
        params = _stream_param(stream) | {"format": "raw"}
        return self._rest.stream(f"{self._path}/logs", params)

    def plain(self) -> Iterator[bytes]:
        """Yield all lines in order, each ended by a newline."""
        return self._rest.stream(f"{self._path}/logs", {"format": "text"})

    def text(self) -> Iterator[bytes]:
        """Yield the same."""
        return self.plain()

    def close(self) -> None:
        """Close the connection."""
        self._rest.close()


def connect(config: ClientConfig) -> RestClient:
    """Return a client of the configured server's REST API."""
    from swiftlog_cli.addresses import rest_address

    address = rest_address(config)
    return RestClient(address.url, config.text("token"), address.ca_file)


def open_server_run(reference: str, config: ClientConfig) -> ServerRunLog:
    """Open the run that *reference*, an id or its beginning, names there."""
    rest = connect(config)
    try:
        body = rest.get(f"/runs/{reference}")
        return ServerRunLog(rest, record_of(body, rest.base_url))
    except BaseException:
        rest.close()
        raise


def server_runs(config: ClientConfig, wanted: Wanted) -> Iterator[RunRecord]:
    """Yield the server's runs, newest first, page by page."""
    named = {
        "project": wanted.project,
        "group": wanted.group,
        "status": wanted.status,
    }
    filters = {name: value for name, value in named.items() if value}
    with connect(config) as rest:
        offset = 0
        while offset < wanted.limit:
            limit = min(PAGE, wanted.limit - offset)
            page = rest.get("/runs", {**filters, "limit": limit, "offset": offset})
            for item in page["items"]:
                yield record_of(item, rest.base_url)
            offset += limit
            if len(page["items"]) < limit:
                return


def record_of(body: Mapping[str, Any], base_url: str) -> RunRecord:
    """Return the run that the server describes in *body*, without its receipt."""
    return RunRecord(
        body["id"],
        body["status"],
        body["exit_code"],
        body["signal"],
        body["cause"],
        body["project"],
        body["group"],
        tuple(body["argv"]),
        from_iso(body["start_time"]),
        body["duration_ns"],
        body["lines"],
        body["size"],
        body["frames"],
        "server",
        body["cwd"],
        body["host"],
        body["tty"],
        body["merged"],
        body["meta"],
        body["ci"],
        body["client_version"],
        body["parent_run_id"] or "",
        body["complete"],
        f"{base_url}/runs/{body['id']}",
        body["gaps"],
        body["gap_bytes"],
        conflicted=body["conflicted"],
    )


def receipt_of(record: RunRecord) -> Receipt | None:
    """Return the server's receipt; None while the run is not closed."""
    if record.receipt is None:
        return None
    fields: dict[str, Any] = dict(record.receipt)
    for name in ("chain", "sha256_stdout", "sha256_stderr"):
        fields[name] = bytes.fromhex(fields[name])
    return Receipt(**fields)


def entry_of(body: Mapping[str, Any]) -> Entry:
    """Return the line or gap that an NDJSON object of the server describes."""
    if "gap" in body:
        return GapMark(
            body["after_line"], STREAMS[body["gap"]], body["bytes"], body["cause"]
        )
    exact = body.get("base64")
    data = b64decode(exact) if exact else body["content"].encode()
    more = bool(body["more"])
    return Line(
        body["line"],
        STREAMS[body["stream"]],
        body["t_ns"],
        data if more else data + b"\n",
        more,
    )


def _stream_param(stream: int) -> dict[str, str | int | bool]:
    return {"stream": NAMES[stream]} if stream else {}


def _split(body: Iterator[bytes]) -> Iterator[bytes]:
    """Yield the lines of a body that comes in pieces, without their ends."""
    rest = b""
    for data in body:
        *whole, rest = (rest + data).split(b"\n")
        yield from whole
    if rest:
        yield rest
