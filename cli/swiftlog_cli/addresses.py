"""Where the REST API of the configured server is.

``SWIFTLOG_URL`` when it is set; else what the server told an earlier run, which the
delivered spools of this machine remember; else a guess from ``SWIFTLOG_SERVER``: the
same host, on port 8080 where it speaks plaintext.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from swiftlog_core.errors import UsageError
from swiftlog_core.transport.address import (
    Address,
    find_roots,
    is_loopback,
    parse_url,
    server_of,
    url_is_safe,
)

if TYPE_CHECKING:
    from swiftlog_core.config import ClientConfig

HTTP_PORT: Final = 8080
HTTPS_PORT: Final = 443
GRPC_PORT: Final = 50051
REMEMBERED: Final = 20  # newest spools to look into


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


def grpc_guess(url: str) -> str:
    """Return the gRPC address that a server with the HTTP base *url* has by default.

    One TLS port carries both; plaintext servers speak gRPC on a port of its own.
    """
    from urllib.parse import urlsplit

    parts = urlsplit(url)
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    if parts.scheme == "https":
        return f"https://{host}:{parts.port or HTTPS_PORT}"
    plain = "" if is_loopback(parts.hostname or "") else "http://"
    return f"{plain}{host}:{GRPC_PORT}"


def guess(address: Address) -> str:
    """Return the HTTP base that a server of *address* has by default."""
    host = f"[{address.host}]" if ":" in address.host else address.host
    if address.secure:
        return f"https://{host}:{address.port}"
    return f"http://{host}:{HTTP_PORT}"


def _is_same_host(base: str, address: Address) -> bool:
    """Tell whether the token for *address* would go to its own host at *base*."""
    from urllib.parse import urlsplit

    host = urlsplit(base).hostname or ""
    return host == address.host.lower() or (address.loopback and is_loopback(host))


def _remembered(config: ClientConfig, address: Address) -> str:
    from swiftlog_cli.references import local_spools
    from swiftlog_core.errors import SwiftLogError
    from swiftlog_core.stream.spool import Spool

    for path in local_spools(config)[:REMEMBERED]:
        try:
            with Spool.read(path) as spool:
                url = spool.delivered.get("url", "")
        except SwiftLogError:
            continue  # a damaged spool remembers nothing
        base = url.partition("/runs/")[0]
        if base and _is_same_host(base, address) and url_is_safe(base, address):
            return base
    return ""
