"""The same calls as plain HTTP requests, for networks that let nothing else pass.

``POST <base>/api/v1/ingest/<run>/open|frames|close`` with the messages of the gRPC
service as bodies. A frames request without frames is a heartbeat. Importing httpx
costs 130 ms, so this module is imported when gRPC has failed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import httpx

from swiftlog_core.errors import (
    ServerIncompatibleError,
    ServerRefusedError,
    ServerUnreachableError,
)
from swiftlog_core.transport.address import is_loopback
from swiftlog_core.transport.answers import error_of_detail, error_of_http
from swiftlog_core.wire.calls import (
    MEDIA_TYPE,
    ErrorDetail,
    batch_bytes,
    closed_from_bytes,
    closing_bytes,
    detail_from_bytes,
    durable_from_bytes,
    open_bytes,
    opened_from_bytes,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from ssl import SSLContext
    from typing import NoReturn, TypeVar

    from swiftlog_core.events import Frame, RunInfo
    from swiftlog_core.transport.address import Server
    from swiftlog_core.transport.interfaces import FrameSource
    from swiftlog_core.wire.calls import Closed
    from swiftlog_core.wire.codec import Closing, Opened

    Answer = TypeVar("Answer")

CALL_SECONDS: Final = 10.0
_OK: Final = 200


class HttpTransport:
    """One HTTP client of the server. See ``Transport`` for the contract.

    ``cancel`` takes effect when the running request has been answered or has
    timed out.
    """

    def __init__(
        self, server: Server, base_url: str, *, call_seconds: float = CALL_SECONDS
    ) -> None:
        """Make the client; nothing is sent before ``open``."""
        self._base = base_url
        self._source: FrameSource | None = None
        headers = {"content-type": MEDIA_TYPE, "accept": MEDIA_TYPE}
        if server.token:
            headers["authorization"] = f"Bearer {server.token}"
        self._client = httpx.Client(
            headers=headers,
            timeout=call_seconds,
            verify=_trust(server.ca_file),
            trust_env=not is_loopback(httpx.URL(base_url).host),
        )

    def open(self, info: RunInfo) -> Opened:
        """Create the run, or take it over."""
        return self._post(info.run_id, "open", open_bytes(info), opened_from_bytes)

    def close_run(self, closing: Closing) -> Closed:
        """End the run and return its receipt. Idempotent."""
        body = closing_bytes(closing)
        return self._post(closing.run_id, "close", body, closed_from_bytes)

    def exchange(self, run_id: str, epoch: int, source: FrameSource) -> Iterator[int]:
        """Send what *source* gives; yield each durable sequence number told."""
        self._source = source
        try:
            while (frames := source.take()) is not None:
                body = batch_bytes(epoch, frames)
                yield self._post(run_id, "frames", body, durable_from_bytes)
        finally:
            source.cancel()

    def fetch(self, run_id: str, after_seq: int) -> Iterator[Frame]:
        """Refuse: frames come back over gRPC only."""
        reason = (
            f"the frames of {run_id} behind {after_seq} can be fetched by gRPC only"
        )
        raise ServerUnreachableError(self._base, reason)

    def cancel(self) -> None:
        """Break a running ``exchange``, from any thread."""
        if self._source is not None:
            self._source.cancel()

    def shut(self) -> None:
        """Close the connections."""
        self._client.close()

    def _post(
        self, run_id: str, call: str, body: bytes, parse: Callable[[bytes], Answer]
    ) -> Answer:
        url = f"{self._base}/api/v1/ingest/{run_id}/{call}"
        try:
            response = self._client.post(url, content=body)
        except httpx.HTTPError as error:
            reason = str(error) or type(error).__name__
            raise ServerUnreachableError(self._base, reason) from error
        if response.status_code != _OK:
            self._fail(response)
        try:
            return parse(response.content)
        except ValueError as error:
            reason = f"its answer to {call} is not readable"
            raise ServerIncompatibleError(self._base, reason) from error

    def _fail(self, response: httpx.Response) -> NoReturn:
        kind = response.headers.get("content-type", "").partition(";")[0]
        status = response.status_code
        detail = _detail(kind, response)
        error = (
            error_of_detail(detail, self._base)
            if detail
            else error_of_http(status, response.reason_phrase, self._base)
        )
        if isinstance(error, ServerRefusedError):
            # An inner failure told as JSON has a code that we do not know.
            by_status = error_of_http(status, error.reason, self._base)
            if isinstance(by_status, ServerUnreachableError):
                raise by_status
        raise error


def _detail(kind: str, response: httpx.Response) -> ErrorDetail | None:
    """Return what the body says, ours in protobuf or the REST API's in JSON."""
    try:
        if kind == MEDIA_TYPE:
            return detail_from_bytes(response.content)
        if kind == "application/json":
            body = response.json()
            return ErrorDetail(str(body["code"]), str(body["error"]))
    except (ValueError, TypeError, KeyError):
        return None
    return None


def _trust(ca_file: str) -> SSLContext | bool:
    if not ca_file:
        return True
    import ssl

    return ssl.create_default_context(cafile=ca_file)
