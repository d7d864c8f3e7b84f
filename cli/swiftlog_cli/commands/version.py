"""`swiftlog version`."""

from __future__ import annotations

import click

from swiftlog_core import __version__


@click.command("version")
def command() -> None:
    """Print the version of this installation."""
    click.echo(f"swiftlog {__version__}")
