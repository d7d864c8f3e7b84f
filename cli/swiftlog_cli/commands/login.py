"""`swiftlog login`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from swiftlog_core.config import ClientConfig


@click.command(
    "login",
    epilog="""\b
Examples:
  swiftlog login https://logs.example.com
  swiftlog login http://127.0.0.1:8080 --server 127.0.0.1:50051
  vault read -field=token ci | swiftlog login https://logs.example.com --token-stdin

The token is asked for, or read with --token-stdin; it is never an argument, which
everyone on the machine could see. It is kept in ~/.swiftlog/config.yaml, mode 0600.""",
)
@click.argument("url", default="")
@click.option("--server", default="", metavar="HOST:PORT", help="Where runs are sent.")
@click.option("--token-stdin", is_flag=True, help="Read the token from standard input.")
def command(url: str, server: str, token_stdin: bool) -> None:
    """Remember a server and its token, after trying them.

    URL is the HTTP address of the server's pages; without it, that of the settings.
    """
    from swiftlog_cli.addresses import grpc_guess
    from swiftlog_cli.config_file import change, path_for
    from swiftlog_core.config import resolve
    from swiftlog_core.transport.address import parse_server
    from swiftlog_core.transport.rest import RestClient

    config = resolve({})
    base, roots = _base(url, config)
    token = _read_token(from_stdin=token_stdin)
    with RestClient(base, token, roots) as rest:
        grpc_port = rest.get("/version")["grpc_port"]
        who = rest.get("/whoami")
    server = server or grpc_guess(base, grpc_port or 0)
    parse_server(server)
    path = path_for(config.environ)
    changes: dict[str, str | None] = {"server": server, "url": base, "token": token}
    if config.text("ca_file"):
        changes["ca_file"] = str(Path(config.text("ca_file")).resolve())
    change(path, changes)
    click.echo(f"Logged in to {base} as {who['login']}, scope {who['scope']}")
    click.echo(f"Runs are sent to {server}; kept in {path}")


def _base(url: str, config: ClientConfig) -> tuple[str, str]:
    """Return the HTTP base to log in at, and the roots to trust."""
    from swiftlog_cli.addresses import rest_address, rest_roots
    from swiftlog_core.transport.address import parse_url

    if not url:
        address = rest_address(config)
        return address.url, address.ca_file
    return parse_url(url if "://" in url else f"https://{url}"), rest_roots(config)


def _read_token(*, from_stdin: bool) -> str:
    from swiftlog_core.errors import UsageError

    if from_stdin:
        token = sys.stdin.readline().strip()
    elif sys.stdin.isatty():
        token = click.prompt("Token", hide_input=True, err=True).strip()
    else:
        message = "no terminal to ask for the token at; pipe it in with --token-stdin"
        raise UsageError(message)
    if not token or not token.isascii() or not token.isprintable() or " " in token:
        message = "that is no token: one line of printable ASCII without spaces is"
        raise UsageError(message)
    return token
