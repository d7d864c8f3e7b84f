"""The client of a server's REST API, for the commands that read.

Owns requests, retries on "not now" and the translation of refusals into our errors.
Knows paths and JSON, not what commands do with them. Importing httpx costs 130 ms, so
whoever needs this module imports it late.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Final, Self

import httpx

from swiftlog_core.errors import (
    RunNotFoundError,
    ServerIncompatibleError,
    ServerRefusedError,
    ServerUnreachableError,
)
from swiftlog_core.transport.address import is_loopback
from swiftlog_core.transport.answers import error_of_http

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from swiftlog_core.events import Frame

PREFIX: Final = "/api/v1"
CALL_SECONDS: Final = 15.0
CONNECT_SECONDS: Final = 5.0
TRIES: Final = 3
LENGTH_BYTES: Final = 4  # before each frame of a download, big-endian
MAX_PAUSE_SECONDS: Final = 5.0
_LATER: Final = frozenset((429, 502, 503, 504))


class RestClient:
    """One server's REST API. Thread-safe as httpx is; close it.

    ``skew_seconds`` is how far the server's clock was ahead of ours in its latest
    answer, None before one.

    Every call raises ``ServerUnreachableError``, ``ServerRefusedError``,
    ``ServerIncompatibleError`` or, for a run that is not there, ``RunNotFoundError``.
    """

    def __init__(
        self,
        base_url: str,
        token: str = "",
        ca_file: str = "",
        *,
        call_seconds: float = CALL_SECONDS,
    ) -> None:
        """Make the client; nothing is sent yet. *base_url* has no trailing slash."""
        self.base_url = base_url
        self.skew_seconds: float | None = None
        headers = {"accept": "application/json"}
        if token:
            headers["authorization"] = f"Bearer {token}"
        self._client = httpx.Client(
            base_url=base_url,
            headers=headers,
            timeout=httpx.Timeout(call_seconds, connect=CONNECT_SECONDS),
            verify=_trust(ca_file),
            trust_env=not is_loopback(httpx.URL(base_url).host),
        )

    def get(self, path: str, params: Mapping[str, Any] | None = None) -> Any:  # noqa: ANN401 - JSON
        """Return the JSON that ``GET /api/v1<path>`` answers; waits out "not now"."""
        response = self._get(PREFIX + path, params)
        return self._json(response)

    def health(self) -> Any:  # noqa: ANN401 - JSON
        """Return what ``/health`` answers."""
        return self._json(self._get("/health", None))

    def stream(
        self, path: str, params: Mapping[str, Any] | None = None
    ) -> Iterator[bytes]:
        """Yield the body that ``GET /api/v1<path>`` answers, as it comes.

        An answer that ends before its end raises ``ServerUnreachableError``.
        """
        try:
            with self._client.stream("GET", PREFIX + path, params=params) as response:
                if response.status_code != httpx.codes.OK:
                    response.read()
                    raise self._refusal(response)
                yield from response.iter_bytes()
        except httpx.HTTPError as error:
            raise self._unreachable(error) from error

    def frames(self, run_id: str, after_seq: int = 0) -> Iterator[Frame]:
        """Yield a run's frames behind *after_seq*, as the server has stored them."""
        from swiftlog_core.wire.calls import frame_from_bytes

        held = b""
        params = {"after_seq": after_seq}
        for data in self.stream(f"/runs/{run_id}/frames", params):
            held += data
            at = 0
            while at + LENGTH_BYTES <= len(held):
                start = at + LENGTH_BYTES
                end = start + int.from_bytes(held[at:start], "big")
                if end > len(held):
                    break
                yield frame_from_bytes(held[start:end])
                at = end
            held = held[at:]
        if held:
            raise ServerUnreachableError(self.base_url, "its answer was cut short")

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def __enter__(self) -> Self:
        """Return self."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close."""
        self.close()

    def _get(self, path: str, params: Mapping[str, Any] | None) -> httpx.Response:
        attempt = 0
        while True:
            try:
                response = self._client.get(path, params=params)
            except httpx.HTTPError as error:
                raise self._unreachable(error) from error
            self.skew_seconds = _skew(response)
            if response.status_code == httpx.codes.OK:
                return response
            attempt += 1
            if response.status_code not in _LATER or attempt == TRIES:
                raise self._refusal(response)
            time.sleep(_pause(response, attempt))

    def _json(self, response: httpx.Response) -> Any:  # noqa: ANN401 - JSON
        try:
            return response.json()
        except ValueError as error:
            reason = f"its answer to {response.request.url.path} is not JSON"
            raise ServerIncompatibleError(self.base_url, reason) from error

    def _refusal(self, response: httpx.Response) -> Exception:
        status = response.status_code
        code, reason = _reason(response)
        if code == RunNotFoundError.code:
            return RunNotFoundError(response.request.url.path.split("/")[4])
        if not code or status in _LATER:
            return error_of_http(status, reason, self.base_url)
        return ServerRefusedError(self.base_url, reason, server_code=code)

    def _unreachable(self, error: httpx.HTTPError) -> ServerUnreachableError:
        reason = str(error) or type(error).__name__
        if "CERTIFICATE_VERIFY_FAILED" in reason:
            reason += ", SWIFTLOG_CA_FILE names the authority to trust"
        return ServerUnreachableError(self.base_url, reason)


def _reason(response: httpx.Response) -> tuple[str, str]:
    """Return the server's code and sentence; no code when it is not our server's."""
    try:
        body = response.json()
        return str(body["code"]), str(body["error"])
    except (ValueError, TypeError, KeyError):
        return "", response.reason_phrase


def _skew(response: httpx.Response) -> float | None:
    from email.utils import parsedate_to_datetime

    try:
        moment = parsedate_to_datetime(response.headers["date"])
    except (KeyError, ValueError):
        return None
    return moment.timestamp() - time.time()


def _pause(response: httpx.Response, attempt: int) -> float:
    wish = response.headers.get("retry-after", "")
    seconds = float(wish) if wish.isdigit() else 0.1 * 2**attempt
    return min(seconds, MAX_PAUSE_SECONDS)


def _trust(ca_file: str) -> Any:  # noqa: ANN401 - httpx takes a context or a bool
    if not ca_file:
        return True
    import ssl

    return ssl.create_default_context(cafile=ca_file)
