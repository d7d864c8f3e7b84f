"""`swiftlog admin`."""

from __future__ import annotations

import re
from typing import Final

import click

from swiftlog_cli.console import remark
from swiftlog_cli.server_door import server_module
from swiftlog_core.errors import UsageError

_DAYS: Final = {"d": 1, "w": 7, "y": 365}


@click.group(
    "admin",
    epilog="""\b
Examples:
  swiftlog admin token
  swiftlog admin token --scope ingest --project acme/shop --expires 90d --name ci
  swiftlog admin migrate

Works on the server's database itself (SWIFTLOG_DATA_DIR, SWIFTLOG_DATABASE_URL), on
the server's machine, whether the server runs or not.""",
)
def command() -> None:
    """Make tokens and migrate the server's database."""


@command.command("token")
@click.option("--name", default="swiftlog admin token", help="Where it will be used.")
@click.option(
    "--scope",
    type=click.Choice(["admin", "read", "ingest"]),
    default="admin",
    show_default=True,
    help="`ingest` sends runs, `read` reads, `admin` does all.",
)
@click.option("--project", metavar="NAME", help="Bind it to this project.")
@click.option("--expires", metavar="TIME", help="Like 30d, 12w or 1y; else never.")
def token(name: str, scope: str, project: str | None, expires: str | None) -> None:
    """Make a token and print it as the last line. It is shown this once."""
    days = None if expires is None else _days(expires)
    made = server_module("admin").make_token(name, scope, project, days)
    remark(f"a new token, scope {scope}; keep it, it cannot be shown again:")
    click.echo(made)


@command.command("migrate")
def migrate() -> None:
    """Bring the database to this version's form, with a copy of it before."""
    done = server_module("admin").migrate_database()
    if done.before == done.after:
        click.echo(f"The database is at {done.after} already.")
        return
    click.echo(f"The database went from {done.before or 'nothing'} to {done.after}.")
    if done.backup:
        click.echo(f"Its copy from before is {done.backup}")


def _days(text: str) -> int:
    match = re.fullmatch(r"([1-9]\d{0,4})([dwy])", text)
    if match is None:
        message = f"--expires {text!r} does not fit; like 30d, 12w or 1y"
        raise UsageError(message)
    return int(match[1]) * _DAYS[match[2]]
