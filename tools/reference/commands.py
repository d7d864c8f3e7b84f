"""The pages of the command line: commands with their options, and exit codes."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

import click

from swiftlog_cli import app, exits
from swiftlog_cli.commands import COMMANDS
from tools.reference.markdown import paragraphs, sentence, table

if TYPE_CHECKING:
    from collections.abc import Iterator

# What the command itself may end with; the wrapper passes it on.
RUN_CODES = (
    ("0 to 255", "the command's own exit code"),
    ("124", "the command was ended by `--timeout` or `--idle-timeout`"),
    ("126", "the command was found and cannot be executed"),
    ("127", "the command was not found"),
    ("128+n", "the command was killed by signal n"),
    (str(exits.USAGE), "the command line cannot be used; nothing was started"),
    (
        str(exits.UNAVAILABLE),
        "`--require-server`: no server answers; the command was not started",
    ),
    (
        str(exits.LATER),
        "`--strict-upload`: the command succeeded, its log was not delivered whole",
    ),
)


def exit_codes_page() -> str:
    """Return the page of exit codes."""
    own = [(str(code), meaning) for code, meaning in exits.MEANINGS.items()]
    return "".join(
        [
            "# Exit codes\n\n## `swiftlog run`\n\n",
            "`swiftlog run` ends with what the command ended with.\n\n",
            table(("code", "meaning"), *RUN_CODES),
            "\n## Every other command\n\n",
            table(("code", "meaning"), *own),
            "\n`swiftlog watch` ends with the code of the run that it watches.\n"
            if "watch" in COMMANDS
            else "",
        ]
    )


def cli_page() -> str:
    """Return the page of all commands with their arguments and options."""
    parts = ["# Commands\n\n", f"{sentence(app.app.help or '')}\n"]
    for name in COMMANDS:
        module = import_module(f"swiftlog_cli.commands.{name}")
        parts += command_parts(module.command, f"swiftlog {name}", "##")
    return "".join(parts)


def command_parts(command: click.Command, path: str, level: str) -> Iterator[str]:
    """Yield the Markdown of one command and, below it, of its subcommands."""
    context = click.Context(command, info_name=path)
    usage = " ".join([path, *command.collect_usage_pieces(context)])
    yield f"\n{level} `{path}`\n\n```text\n{usage}\n```\n"
    if command.help:
        yield f"\n{paragraphs(command.help)}\n"
    options = [p for p in command.params if isinstance(p, click.Option)]
    rows = [option_row(o, context) for o in options if not o.hidden]
    if rows:
        yield "\n" + table(("option", "meaning"), *rows)
    if command.epilog:
        yield f"\n{paragraphs(command.epilog)}\n"
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            found = command.get_command(context, name)
            if found is not None:
                yield from command_parts(found, f"{path} {name}", level + "#")


def option_row(option: click.Option, context: click.Context) -> tuple[str, str]:
    """Return an option's names with its metavar, and its help."""
    names = ", ".join(f"`{name}`" for name in (*option.opts, *option.secondary_opts))
    value = "" if option.is_flag else f" `{option.make_metavar(context)}`"
    return names + value, sentence(option.help or "")
