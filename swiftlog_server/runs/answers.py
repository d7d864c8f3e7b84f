"""What both doors of the ingest answer alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from swiftlog_core.stream.layout import MAX_PAYLOAD_BYTES
from swiftlog_core.wire.calls import ErrorDetail
from swiftlog_core.wire.codec import Opened
from swiftlog_server.runs.ingest import HEARTBEAT_SECONDS

if TYPE_CHECKING:
    from swiftlog_core.errors import SwiftLogError
    from swiftlog_server.runs.commands import OpenedRun

# Runs have no page for browsers, so recorders name the command that shows them.
NO_PAGE: Final = ""
_MESSAGE_CHARACTERS: Final = 1000  # of an error; gRPC limits metadata to 8 KiB


class IngestFacts(NamedTuple):
    """What a recorder is told of this server when it opens a run.

    ``name`` is the installation's, for receipts; ``http_url`` the base of REST.
    """

    version: str
    name: str
    http_url: str


def opened_answer(opened: OpenedRun, facts: IngestFacts) -> Opened:
    """Return the answer to an OpenRun by either door."""
    return Opened(
        opened.epoch,
        opened.position,
        facts.version,
        facts.name,
        facts.http_url,
        HEARTBEAT_SECONDS,
        MAX_PAYLOAD_BYTES,
        opened.receipt,
    )


def error_detail(error: SwiftLogError) -> ErrorDetail:
    """Return what is said of *error* beyond its status, by either door."""
    durable_seq = getattr(error, "durable_seq", 0)
    return ErrorDetail(error.code, str(error)[:_MESSAGE_CHARACTERS], durable_seq)
