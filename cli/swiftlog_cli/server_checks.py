"""What `swiftlog doctor` looks at on the configured server: both ways to it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from swiftlog_cli.addresses import rest_address
from swiftlog_cli.checks import FAIL, OK, WARN, Check
from swiftlog_core.errors import (
    ServerIncompatibleError,
    ServerRefusedError,
    ServerUnreachableError,
    SwiftLogError,
)
from swiftlog_core.transport.address import server_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from swiftlog_core.config import ClientConfig

MAX_SKEW_SECONDS: Final = 60.0
PROTOCOL: Final = 1
_SOURCES: Final = {
    "guess": "guessed; set SWIFTLOG_URL if that is wrong",
    "an earlier run": "learned from the server",
}


def server_checks(config: ClientConfig) -> Iterator[Check]:
    """Yield what is found about the server; one remark when none is set."""
    if not (config.text("server") or config.text("url")):
        yield Check("server", OK, "none is set: runs stay on this machine")
        return
    yield from _check_grpc(config)
    yield from _check_http(config)


def _check_grpc(config: ClientConfig) -> Iterator[Check]:
    try:
        server = server_of(config)
    except SwiftLogError as error:
        yield Check("grpc", FAIL, str(error), "correct SWIFTLOG_SERVER")
        return
    if server is None:
        text = "no address: runs are not sent"
        yield Check("grpc", WARN, text, "set SWIFTLOG_SERVER=HOST:PORT")
        return
    from swiftlog_core.transport.probe import probe_grpc

    kind = "TLS" if server.address.secure else "plaintext"
    if server.address.warning:
        yield Check("grpc", WARN, server.address.warning)
    try:
        started = time.monotonic()
        probe_grpc(server)
        took = (time.monotonic() - started) * 1000
    except SwiftLogError as error:
        yield Check("grpc", FAIL, str(error), _advice(error))
        return
    text = (
        f"{server.address.target} answers ({kind}, {took:.0f} ms) and takes the token"
    )
    yield Check("grpc", OK, text)


def _check_http(config: ClientConfig) -> Iterator[Check]:
    from swiftlog_core.transport.rest import RestClient

    try:
        address = rest_address(config)
    except SwiftLogError as error:
        yield Check("http", FAIL, str(error), "correct SWIFTLOG_URL")
        return
    how = _SOURCES.get(address.source, f"from {address.source}")
    try:
        with RestClient(address.url, config.text("token"), address.ca_file) as rest:
            facts = rest.get("/version")
            skew = rest.skew_seconds
            who = rest.get("/whoami")
    except SwiftLogError as error:
        yield Check("http", FAIL, f"{error} ({address.url}, {how})", _advice(error))
        return
    text = f"{address.url} ({how}), SwiftLog {facts['version']}"
    if facts["protocol"] != PROTOCOL:
        advice = "update the older of the two"
        yield Check("http", FAIL, f"{text} speaks another protocol", advice)
    else:
        yield Check("http", OK, text)
    yield Check("token", OK, f"{who['login']}, scope {who['scope']}")
    if skew is not None and abs(skew) > MAX_SKEW_SECONDS:
        text = f"the server's clock differs by {skew:+.0f} s"
        yield Check("clock", WARN, text, "set the clocks (NTP)")


def _advice(error: SwiftLogError) -> str:
    if isinstance(error, ServerRefusedError):
        return "`swiftlog login` with a new token"
    if isinstance(error, ServerIncompatibleError):
        return "check the address: gRPC and HTTP have different ports"
    if isinstance(error, ServerUnreachableError):
        return "is the server up, and are address, firewall and proxy right?"
    return ""
