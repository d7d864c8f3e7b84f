"""Where the REST API of the configured server is.

``SWIFTLOG_URL`` when it is set; else what the server told an earlier run on this
machine; else a guess from ``SWIFTLOG_SERVER``: the
same host, on port 8080 where it speaks plaintext.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from swiftlog_core.config import data_dirs
from swiftlog_core.errors import UsageError
from swiftlog_core.transport.address import (
    Address,
    find_roots,
    is_loopback,
    parse_url,
    server_of,
    url_is_safe,
)
from swiftlog_core.transport.learned import recall

if TYPE_CHECKING:
    from swiftlog_core.config import ClientConfig

HTTP_PORT: Final = 8080
HTTPS_PORT: Final = 443
GRPC_PORT: Final = 50051


class RestAddress(NamedTuple):
    """The HTTP base without a trailing slash, the roots, and how it was found."""

    url: str
    ca_file: str
    source: str


def rest_address(config: ClientConfig) -> RestAddress:
    """Return where to send REST requests; raise ``UsageError`` without a server."""
    roots = rest_roots(config)
    url = parse_url(config.text("url"))
    if url:
        return RestAddress(url, roots, config.sources["url"])
    server = server_of(config)
    if server is None:
        message = "no server is set; `swiftlog login` or SWIFTLOG_SERVER sets one"
        raise UsageError(message)
    learned = _remembered(config, server.address)
    if learned:
        return RestAddress(learned, roots, "an earlier run")
    return RestAddress(guess(server.address), roots, "guess")


def rest_roots(config: ClientConfig) -> str:
    """Return the PEM file of the authorities to trust; empty for httpx's own."""
    chosen = config.text("ca_file")
    return chosen or find_roots(config.environ.get("SSL_CERT_FILE", ""))


def grpc_guess(url: str, port: int = 0) -> str:
    """Return the gRPC address of a server with the HTTP base *url*.

    *port* is what the server says of itself, 0 if nothing. Behind TLS on the
    standard port a proxy carries both; else gRPC has a port of its own.
    """
    from urllib.parse import urlsplit

    parts = urlsplit(url)
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    if parts.scheme == "https":
        behind_proxy = parts.port in (None, HTTPS_PORT)
        return f"https://{host}:{HTTPS_PORT if behind_proxy else port or parts.port}"
    plain = "" if is_loopback(parts.hostname or "") else "http://"
    return f"{plain}{host}:{port or GRPC_PORT}"


def guess(address: Address) -> str:
    """Return the HTTP base that a server of *address* has by default."""
    host = f"[{address.host}]" if ":" in address.host else address.host
    if address.secure:
        return f"https://{host}:{address.port}"
    return f"http://{host}:{HTTP_PORT}"


def _remembered(config: ClientConfig, address: Address) -> str:
    folders = map(Path, data_dirs(config))
    base = recall(folders, address.target)
    return base if base and url_is_safe(base, address) else ""
