"""Runs and logs on a server, through its REST API.

Imported when a server has to be asked, since httpx is heavy. Following polls for new
lines: a WebSocket library is no dependency of the client.
"""

from __future__ import annotations

import json
import time
from base64 import b64decode
from typing import TYPE_CHECKING, Any, Final

from swiftlog_cli.records import SECOND_NS, RunRecord, from_iso
from swiftlog_cli.runlogs import LineRange
from swiftlog_core.events import RUNNING, STREAM_NAMES
from swiftlog_core.stream.lines import Line
from swiftlog_core.transport.rest import RestClient

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from swiftlog_cli.commands.runs import Wanted
    from swiftlog_core.config import ClientConfig

PAGE: Final = 200
POLL_SECONDS: Final = 0.25
_STREAMS: Final = {name: number for number, name in STREAM_NAMES.items()}


class ServerRunLog:
    """The log of a run on a server. ``close`` closes the connection."""

    def __init__(self, rest: RestClient, record: RunRecord) -> None:
        """Read the run of *record* through *rest*, which is closed with this."""
        self._rest = rest
        self._record = record
        self._path = f"/runs/{record.id}"

    def record(self) -> RunRecord:
        """Ask the server what it knows now."""
        self._record = record_of(self._rest.get(self._path), self._rest.base_url)
        return self._record

    def lines(self, span: LineRange, stream: int = 0) -> Iterator[Line]:
        """Yield the lines of *span* as the server sends them."""
        params: dict[str, str | int] = {"format": "ndjson", "from": span.first}
        if span.last:
            params["to"] = span.last
        if stream:
            params["stream"] = STREAM_NAMES[stream].lower()
        body = self._rest.stream(f"{self._path}/logs", params)
        for text in _split(body):
            yield line_of(json.loads(text), self._record.started_ns)

    def follow(self, first: int, stream: int = 0) -> Iterator[Line]:
        """Yield lines as the server has them, asking four times a second."""
        while True:
            ended = self.record().status != RUNNING  # before the lines
            last = self._record.lines
            if last >= first:
                for line in self.lines(LineRange(first, last), stream):
                    if line.more and not ended:
                        last = line.number - 1
                        break
                    yield line
                first = last + 1
            if ended:
                return
            time.sleep(POLL_SECONDS)

    def raw(self, stream: int = 0) -> Iterator[bytes]:
        """Yield what the server stored, byte for byte."""
        params = {"format": "raw"}
        if stream:
            params["stream"] = STREAM_NAMES[stream].lower()
        return self._rest.stream(f"{self._path}/logs", params)

    def text(self) -> Iterator[bytes]:
        """Yield the log in line order."""
        return self._rest.stream(f"{self._path}/logs", {"format": "text"})

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
    """Return the run that the server describes in *body*."""
    seconds = body["duration_seconds"]
    return RunRecord(
        body["id"],
        body["status"],
        body["exit_code"],
        body["signal"],
        body["cause"],
        body["project"],
        body["group"],
        tuple(body["argv"]),
        from_iso(body["started_at"]),
        None if seconds is None else round(seconds * SECOND_NS),
        body["lines"],
        body["bytes"],
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
        body["receipt"] is not None,
        f"{base_url}/runs/{body['id']}",
        body["gaps"],
        body["gap_bytes"],
        body["receipt"],
    )


def line_of(body: Mapping[str, Any], started_ns: int) -> Line:
    """Return the line that an NDJSON object of the server describes."""
    exact = body.get("base64")
    data = b64decode(exact) if exact else body["content"].encode()
    more = bool(body.get("more"))
    return Line(
        body["line"],
        _STREAMS[body["level"]],
        from_iso(body["timestamp"]) - started_ns,
        data if more else data + b"\n",
        more,
    )


def _split(body: Iterator[bytes]) -> Iterator[bytes]:
    """Yield the lines of a body that comes in pieces, without their ends."""
    rest = b""
    for data in body:
        *whole, rest = (rest + data).split(b"\n")
        yield from whole
    if rest:
        yield rest
