"""`swiftlog server`."""

from __future__ import annotations

import click

from swiftlog_cli.server_door import server_module

LEVELS = ("debug", "info", "warning", "error")


@click.command(
    "server",
    epilog="""\b
Examples:
  swiftlog server
  swiftlog server --host 0.0.0.0 --tls-cert cert.pem --tls-key key.pem

The first start makes an administrator and prints its token, once. Data lies in
$SWIFTLOG_DATA_DIR/server. Every option has a variable: SWIFTLOG_GRPC_PORT and so on;
SWIFTLOG_DATABASE_URL names a PostgreSQL database. TERM ends it: what was received is
stored and acknowledged first.""",
)
@click.option("--host", metavar="ADDRESS", help="Listen there.  [default: 127.0.0.1]")
@click.option(
    "--grpc-port",
    type=click.IntRange(0, 65535),
    help="Port for recorders; 0 takes a free one.  [default: 50051]",
)
@click.option(
    "--http-port",
    type=click.IntRange(0, 65535),
    help="Port for REST and live logs; 0 takes a free one.  [default: 8080]",
)
@click.option("--url", metavar="URL", help="HTTP base under which others reach it.")
@click.option("--tls-cert", metavar="FILE", help="Certificate chain, PEM.")
@click.option("--tls-key", metavar="FILE", help="Private key, PEM.")
@click.option("--log-level", type=click.Choice(LEVELS), help="What it says on stderr.")
def command(**options: str | int | None) -> int:
    """Start a server in this terminal: REST, live logs and ingest in one process."""
    result = server_module("app").main(**options)
    return result if isinstance(result, int) else 0
