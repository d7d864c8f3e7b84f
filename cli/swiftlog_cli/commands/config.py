"""`swiftlog config`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final

import click

from swiftlog_cli.options import json_option

if TYPE_CHECKING:
    from swiftlog_core.config import ClientConfig
    from swiftlog_core.settings import Setting

HIDDEN: Final = "***"


@click.group(
    "config",
    epilog="""\b
Examples:
  swiftlog config list
  swiftlog config set server logs.example.com:443
  swiftlog config set token - < token.txt
  swiftlog config get server

Flags beat the environment (SWIFTLOG_*), which beats the file, which beats defaults.""",
)
def command() -> None:
    """Read and change settings."""


@command.command("set")
@click.argument("name")
@click.argument("value")
def set_value(name: str, value: str) -> None:
    """Keep a setting in the file. A VALUE of - is read from standard input."""
    from swiftlog_cli.config_file import change, path_for, setting_named
    from swiftlog_cli.console import remark
    from swiftlog_core.config import resolve

    setting = setting_named(name)
    if value == "-":
        value = sys.stdin.readline().rstrip("\r\n")
    elif setting.secret:
        remark(
            f"warning: the {setting.name} is now in your shell's history; next time "
            f"`swiftlog config set {setting.name} -` and paste it"
        )
    change(path_for(resolve({}).environ), {setting.name: value})


@command.command("unset")
@click.argument("name")
def unset(name: str) -> None:
    """Take a setting out of the file."""
    from swiftlog_cli.config_file import change, path_for, setting_named
    from swiftlog_core.config import resolve

    change(path_for(resolve({}).environ), {setting_named(name).name: None})


@command.command("get")
@click.argument("name")
def get(name: str) -> None:
    """Print the value that a setting has here and now; secrets as ***."""
    from swiftlog_cli.config_file import setting_named
    from swiftlog_core.config import resolve

    click.echo(_shown(setting_named(name), resolve({})))


@command.command("path")
def path() -> None:
    """Print where the file is, or would be."""
    from swiftlog_cli.config_file import path_for
    from swiftlog_core.config import resolve

    click.echo(path_for(resolve({}).environ))


@command.command("list")
@json_option
def list_values(as_json: bool) -> None:
    """Print all settings, their values and where each was found."""
    from swiftlog_cli.console import Console
    from swiftlog_core.config import resolve
    from swiftlog_core.settings import SETTINGS

    config = resolve({})
    console = Console(config.environ)
    rows = [
        (setting.name, _shown(setting, config), config.sources[setting.name])
        for setting in SETTINGS
    ]
    if as_json:
        console.json(
            {name: {"value": value, "source": source} for name, value, source in rows}
        )
    else:
        console.table(("SETTING", "VALUE", "FROM"), rows)


def _shown(setting: Setting, config: ClientConfig) -> str:
    from swiftlog_core.settings import FLAG, MANY, SECONDS

    if setting.kind == FLAG:
        return "1" if config.on(setting.name) else "0"
    if setting.kind == MANY:
        return ",".join(config.many(setting.name))
    if setting.kind == SECONDS:
        seconds = config.seconds(setting.name)
        return "" if seconds is None else f"{seconds:g}"
    text = config.text(setting.name)
    return HIDDEN if setting.secret and text else text
