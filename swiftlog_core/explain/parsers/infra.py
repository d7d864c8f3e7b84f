"""The machine under the build: memory, disk, network, time limits, signals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from swiftlog_core.events import Finding
from swiftlog_core.explain.parser import INFRA
from swiftlog_core.explain.shapes import ERROR, MAX_MESSAGE, expressions, literals

if TYPE_CHECKING:
    from collections.abc import Iterator

    from swiftlog_core.explain.parser import Window

_WORDS: Final = (
    "No space left on device", "Out of memory", "out of memory", "OOMKilled",
    "Cannot allocate memory", "OutOfMemoryError", "Segmentation fault", "core dumped",
    "Bus error", "Illegal instruction", "Access violation", "Connection refused",
    "Connection reset", "Connection timed out", "Could not resolve host",
    "Temporary failure in name resolution", "ETIMEDOUT", "ECONNRESET", "ENOTFOUND",
    "ECONNREFUSED", "EAI_AGAIN", "TLS handshake timeout", "SSL_ERROR", "i/o timeout",
    "503 Service Unavailable", "502 Bad Gateway", "504 Gateway", "403 Forbidden",
    "429 Too Many", "404 Not Found", "No output has been received",
    "has timed out after",
    "exceeded the maximum", "operation was canceled", "Terminated", "signal: killed",
    "Received signal", "received signal", "heap out of memory", "rate limit exceeded",
    "Hash Sum mismatch", "Unable to locate package", "unmet dependencies",
    "Failed to fetch", "Timed out", "timed out", "SIGKILL", "SIGSEGV", "SIGABRT",
    "lost communication", "returning 124", "Empty reply from server",
)  # fmt: skip


class InfraParser:
    """Yields each line that names a failure of the machine; the words are enough."""

    name = "infra"
    kind = INFRA
    triggers = (*literals(*_WORDS), *expressions(r"\bKilled\b"))

    def parse(self, window: Window) -> Iterator[Finding]:
        """Yield a finding for each place."""
        for place in window.places:
            number = window.first_line + place
            message = window.lines[place].strip()[:MAX_MESSAGE]
            yield Finding("infra", ERROR, message, number, number)


PARSER: Final = InfraParser()
