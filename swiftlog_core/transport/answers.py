"""A server's refusals as errors of our tree, however they travelled."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from swiftlog_core.errors import (
    CloseMismatchError,
    FrameConflictError,
    IngestError,
    SequenceGapError,
    ServerIncompatibleError,
    ServerRefusedError,
    ServerUnreachableError,
    TakenOverError,
)

if TYPE_CHECKING:
    from swiftlog_core.errors import SwiftLogError
    from swiftlog_core.wire.calls import ErrorDetail

_INGEST: Final[dict[str, type[IngestError]]] = {
    kind.code: kind
    for kind in (
        IngestError,
        SequenceGapError,
        FrameConflictError,
        TakenOverError,
        CloseMismatchError,
    )
}
# A server's own words for "not now".
_LATER: Final = frozenset({"rate_limited", "unavailable", "spool_busy", "error"})

# gRPC statuses without a detail come from proxies, from grpc itself, or from a server
# that failed inside: by name, what they mean for us.
_STATUS_LATER: Final = frozenset(
    {
        "UNAVAILABLE",
        "DEADLINE_EXCEEDED",
        "RESOURCE_EXHAUSTED",
        "ABORTED",
        "CANCELLED",
        "UNKNOWN",  # a proxy's 5xx, a connection cut in the middle of a header
        "INTERNAL",  # RST_STREAM from a proxy that lost its backend
    }
)
_PREAMBLE: Final = re.compile(
    r"^failed to connect to all addresses; last error: (?:[A-Z_]+: )?"
    r"(?:(?:ipv[46]|unix|dns):[^ ]+: )?(?:Failed to connect to remote host: )?"
)
_CERTIFICATE_WAS_FINE: Final = ": Invalid certificate verification context: OK"
_HTTP_LATER: Final = frozenset({408, 425, 429})
_HTTP_SERVER_ERROR: Final = 500


def error_of_detail(detail: ErrorDetail, address: str) -> SwiftLogError:
    """Return the error that the server at *address* describes."""
    ingest = _INGEST.get(detail.code)
    if ingest is not None:
        return ingest(detail.message, detail.durable_seq)
    if detail.code in _LATER:
        return ServerUnreachableError(address, detail.message)
    return ServerRefusedError(address, detail.message, server_code=detail.code)


def error_of_status(status: str, text: str, address: str) -> SwiftLogError:
    """Return the error for a gRPC *status*, by name, that came without a detail."""
    if status in _STATUS_LATER:
        return ServerUnreachableError(address, _plain(text) or status)
    if status == "UNIMPLEMENTED":
        return ServerIncompatibleError(address, text or "it does not know the call")
    if status == "OUT_OF_RANGE":
        return SequenceGapError(text)
    if status == "DATA_LOSS":
        return FrameConflictError(text)
    return ServerRefusedError(address, text or status, server_code=status.lower())


def _plain(text: str) -> str:
    """Return what people need of grpc's words about a connection.

    They come as ``failed to connect to all addresses; last error: UNKNOWN:
    ipv4:127.0.0.1:1: Failed to connect to remote host: Connection refused``.
    """
    return _PREAMBLE.sub("", text).removesuffix(_CERTIFICATE_WAS_FINE)


def error_of_http(status: int, text: str, address: str) -> SwiftLogError:
    """Return the error for an HTTP *status* whose body is not one of ours."""
    reason = f"HTTP {status} {text[:200]}".rstrip()
    if status >= _HTTP_SERVER_ERROR or status in _HTTP_LATER:
        return ServerUnreachableError(address, reason)
    if status in (404, 405, 415):
        return ServerIncompatibleError(address, reason)
    return ServerRefusedError(address, reason, server_code=f"http_{status}")
