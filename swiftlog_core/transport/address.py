"""Where the server is, how it is spoken to, and whom it must prove to be.

Owns the reading of ``SWIFTLOG_SERVER`` and ``SWIFTLOG_URL`` and the choice of
certificate authorities. Opens no connection.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final, NamedTuple

from swiftlog_core.errors import ConfigError

if TYPE_CHECKING:
    from swiftlog_core.config import ClientConfig

_EXPECTED: Final = (
    "HOST:PORT like logs.example.com:50051, or http://HOST:PORT for plaintext"
)
_URL_EXPECTED: Final = "an HTTP address like https://logs.example.com"
_HTTPS_PORT: Final = 443
_MAX_PORT: Final = 65535
# Where systems keep their bundle: Debian, Fedora, SUSE, Alpine, macOS.
_SYSTEM_BUNDLES: Final = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
)


class Address(NamedTuple):
    """A gRPC address. ``warning`` is a sentence for the user, or empty."""

    host: str
    port: int
    secure: bool
    loopback: bool
    warning: str = ""

    @property
    def target(self) -> str:
        """``host:port``, with brackets around an IPv6 host."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"


class Server(NamedTuple):
    """Where runs are shipped to, and as whom.

    ``url`` is the HTTP base without a trailing slash, empty when not known yet;
    ``ca_file`` is the path of a PEM file, empty for grpc's own roots.
    """

    address: Address
    url: str = ""
    token: str = ""
    ca_file: str = ""


def server_of(config: ClientConfig) -> Server | None:
    """Return the server that *config* names; None when it names none.

    Raises ``ConfigError`` for a value that cannot be used.
    """
    text = config.text("server")
    if not text:
        return None
    chosen = config.text("ca_file")
    return make_server(
        text,
        url=config.text("url"),
        token=config.text("token"),
        ca_file=chosen or find_roots(config.environ.get("SSL_CERT_FILE", "")),
    )


def make_server(
    server: str, *, url: str = "", token: str = "", ca_file: str = ""
) -> Server:
    """Return the parts of a server's description, checked; see ``server_of``."""
    if not (token.isascii() and token.isprintable()) or " " in token:
        raise ConfigError("SWIFTLOG_TOKEN", "***", "printable ASCII without spaces")
    if ca_file and not os.access(ca_file, os.R_OK):
        raise ConfigError("SWIFTLOG_CA_FILE", ca_file, "a readable PEM file")
    return Server(parse_server(server), parse_url(url), token, ca_file)


def parse_server(text: str) -> Address:
    """Return the address in *text*; raise ``ConfigError`` that says what fits."""
    scheme, separator, rest = text.strip().partition("://")
    if not separator:
        scheme, rest = "", text.strip()
    if scheme.lower() not in ("", "http", "https"):
        raise ConfigError("SWIFTLOG_SERVER", text, _EXPECTED)
    host, port = _host_and_port(rest.rstrip("/"), text, scheme.lower())
    loopback = is_loopback(host)
    secure = scheme.lower() == "https" or (not scheme and not loopback)
    warning = ""
    if not secure and not loopback:
        warning = (
            f"the log and the token travel unencrypted to {host}; "
            f"give the server TLS and write SWIFTLOG_SERVER={host}:{port}"
        )
    return Address(host, port, secure, loopback, warning)


def _host_and_port(rest: str, text: str, scheme: str) -> tuple[str, int]:
    if rest.startswith("["):
        host, _, tail = rest[1:].partition("]")
        port = tail.removeprefix(":")
    elif rest.count(":") > 1:
        raise ConfigError("SWIFTLOG_SERVER", text, "brackets, as in [::1]:50051")
    else:
        host, _, port = rest.partition(":")
    if not port and scheme == "https":
        port = str(_HTTPS_PORT)
    number = int(port) if port.isascii() and port.isdigit() else 0
    if not _is_host(host) or not 0 < number <= _MAX_PORT:
        raise ConfigError("SWIFTLOG_SERVER", text, _EXPECTED)
    return host, number


def _is_host(host: str) -> bool:
    return bool(host) and host.isprintable() and not set(host) & set(" /\\@?#[]")


def parse_url(text: str) -> str:
    """Return the HTTP base in *text* without a trailing slash; empty for none."""
    url = text.strip().rstrip("/")
    if not url:
        return ""
    scheme, separator, rest = url.partition("://")
    host = rest.partition("/")[0].rpartition("@")[2]
    if scheme.lower() not in ("http", "https") or not separator or not host:
        raise ConfigError("SWIFTLOG_URL", text, _URL_EXPECTED)
    return url


def url_is_safe(url: str, address: Address) -> bool:
    """Tell whether the token may go to *url*, which a server may have told us.

    Not from TLS down to plaintext over a network.
    """
    scheme, _, rest = url.partition("://")
    if scheme.lower() == "https" or not address.secure:
        return True
    authority = rest.partition("/")[0]
    host = authority[1:].partition("]")[0] if authority[:1] == "[" else authority
    return is_loopback(host.partition(":")[0] if host.count(":") == 1 else host)


def is_loopback(host: str) -> bool:
    """Tell whether *host* names this machine itself."""
    name = host.lower().rstrip(".")
    if name in ("localhost", "::1") or name.endswith(".localhost"):
        return True
    parts = name.split(".")
    four = len(parts) == 4 and all(part.isdigit() for part in parts)  # noqa: PLR2004 - IPv4
    return four and parts[0] == "127"


def find_roots(ssl_cert_file: str) -> str:
    """Return the PEM file to trust: *ssl_cert_file*, else the system's bundle.

    Empty when neither is there: then grpc's own roots are used.
    """
    for path in (ssl_cert_file, *_SYSTEM_BUNDLES):
        if path and os.access(path, os.R_OK):
            return path
    return ""
