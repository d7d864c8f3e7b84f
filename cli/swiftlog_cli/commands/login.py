"""`swiftlog login`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, NamedTuple

import click

if TYPE_CHECKING:
    from swiftlog_core.config import ClientConfig


class Target(NamedTuple):
    """The two addresses of one server, and the roots to trust."""

    server: str
    url: str
    ca_file: str


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
    from swiftlog_cli.config_file import change, path_for
    from swiftlog_core.config import resolve

    config = resolve({})
    target = _target(url, server, config)
    token = _read_token(from_stdin=token_stdin)
    who = _try(target, token)
    path = path_for(config.environ)
    changes = {"server": target.server, "url": target.url, "token": token}
    change(path, dict(changes))
    click.echo(f"Logged in to {target.url} as {who}; kept in {path}")


def _target(url: str, server: str, config: ClientConfig) -> Target:
    from swiftlog_cli.addresses import grpc_guess, rest_address, rest_roots
    from swiftlog_core.transport.address import parse_server, parse_url

    if url and "://" not in url:
        url = f"https://{url}"
    base = parse_url(url) or rest_address(config).url
    server = server or ("" if url else config.text("server")) or grpc_guess(base)
    parse_server(server)
    return Target(server, base, rest_roots(config))


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


def _try(target: Target, token: str) -> str:
    from swiftlog_core.transport.rest import RestClient

    with RestClient(target.url, token, target.ca_file) as rest:
        who = rest.get("/whoami")
    return f"{who['login']} ({who['scope']})"
