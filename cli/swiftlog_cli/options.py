"""Click options made from the table of settings, and those that commands share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import click
from click.shell_completion import CompletionItem

from swiftlog_core.settings import CHOICE, FLAG, MANY, SETTINGS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

if not TYPE_CHECKING:
    from swiftlog_cli.marks import override

    TextType = click.ParamType  # not generic before click 8.3
else:
    from typing_extensions import override

    from swiftlog_core.settings import Setting

    TextType = click.ParamType[str]

FC = TypeVar("FC", bound="Callable[..., Any] | click.Command")


def setting_options(command: str) -> list[click.Parameter]:
    """Return the options of *command* (`run`, `pipe`), one for each setting."""
    return [
        _option(setting)
        for setting in SETTINGS
        if setting.flag and command in setting.commands
    ]


def given_flags(values: Mapping[str, Any]) -> dict[str, str | bool | list[str]]:
    """Return the flags among click's *values* that were given, as ``resolve`` takes.

    Values that other options of the command have are left out.
    """
    flags: dict[str, str | bool | list[str]] = {}
    for setting in SETTINGS:
        value = values.get(setting.name)
        if value is None or value is False or value == ():
            continue
        flags[setting.name] = list(value) if setting.kind == MANY else value
    return flags


def _option(setting: Setting) -> click.Option:
    help_text = f"{setting.help} [env: {setting.env}]"
    names = [setting.flag, setting.name]
    if setting.kind == FLAG:
        return click.Option(names, is_flag=True, help=help_text)
    metavar = setting.metavar or None
    if setting.kind == CHOICE:
        metavar = "|".join(setting.choices)
    return click.Option(
        names,
        # Values are checked by ``resolve``, which words errors for every source.
        type=_Choice(setting.choices) if setting.kind == CHOICE else click.STRING,
        metavar=metavar,
        multiple=setting.kind == MANY,
        help=help_text,
    )


class _Choice(TextType):
    """Completes its choices and takes any text."""

    name = "choice"

    def __init__(self, choices: tuple[str, ...]) -> None:
        """Keep the *choices*."""
        self._choices = choices

    @override
    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """Offer the choices that begin with *incomplete*."""
        return [CompletionItem(c) for c in self._choices if c.startswith(incomplete)]


class RunReference(TextType):
    """A run's id or its beginning, ``last``, or a file; completes local runs."""

    name = "run"

    @override
    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """Offer this machine's newest runs, then files."""
        from swiftlog_cli.references import local_references

        items = [
            CompletionItem(reference, help=title)
            for reference, title in local_references()
            if reference.startswith(incomplete)
        ]
        return [*items, CompletionItem(incomplete, type="file")]


def run_argument(function: FC) -> FC:
    """Add the argument RUN."""
    return click.argument("reference", metavar="RUN", type=RunReference())(function)


def json_option(function: FC) -> FC:
    """Add ``--json``."""
    return click.option(
        "--json", "as_json", is_flag=True, help="Print JSON, for scripts."
    )(function)


def local_option(function: FC) -> FC:
    """Add ``--local``."""
    return click.option(
        "--local", is_flag=True, help="Look on this machine only, not on the server."
    )(function)
