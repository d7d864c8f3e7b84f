"""The click application: commands are imported when they are called.

Owns dispatch, the top-level help and the translation of click's own errors. What a
command does is in ``commands/``, what an error means in ``exits``.
"""

from __future__ import annotations

import errno
import sys
from importlib import import_module
from typing import TYPE_CHECKING

import click
from click.shell_completion import CompletionItem

from swiftlog_cli import exits
from swiftlog_cli.commands import COMMANDS

if TYPE_CHECKING:
    from collections.abc import Sequence

if not TYPE_CHECKING:
    from swiftlog_cli.marks import override
else:
    from typing_extensions import override


class LazyGroup(click.Group):
    """A group that knows its commands from a table and imports the one called."""

    @override
    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return all names, in the order of the table."""
        return list(COMMANDS)

    @override
    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return one command."""
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"swiftlog_cli.commands.{cmd_name}")
        command: click.Command = module.command
        return command

    @override
    def invoke(self, ctx: click.Context) -> object:
        """Call the command; click would end the process at a broken pipe itself."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError as error:
            raise exits.ReaderGoneError from error

    @override
    def format_commands(
        self, ctx: click.Context, formatter: click.HelpFormatter
    ) -> None:
        """Write the commands under their headings, without importing them."""
        headings = dict.fromkeys(entry.heading for entry in COMMANDS.values())
        width = max(map(len, COMMANDS))
        for heading in headings:
            with formatter.section(heading):
                formatter.write_dl(
                    [
                        (name.ljust(width), entry.summary)
                        for name, entry in COMMANDS.items()
                        if entry.heading == heading
                    ]
                )

    @override
    def shell_complete(
        self, ctx: click.Context, incomplete: str
    ) -> list[CompletionItem]:
        """Complete a command's name from the table."""
        return [
            CompletionItem(name, help=entry.summary)
            for name, entry in COMMANDS.items()
            if name.startswith(incomplete)
        ]


def _print_version(ctx: click.Context, _: click.Parameter, value: bool) -> None:
    if value and not ctx.resilient_parsing:
        from swiftlog_core import __version__

        click.echo(f"swiftlog {__version__}")
        ctx.exit()


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 88},
    epilog="""\b
Examples:
  swiftlog run -- make test
  swiftlog runs
  swiftlog logs RUN --failed

A RUN is a run's id, the beginning of one, `last`, or a .slog file.
`swiftlog COMMAND --help` explains a command.""",
)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_print_version,
    help="Print the version and exit.",
)
def app() -> None:
    """Wrap any command: keep every byte it prints, and say why it failed."""


def run_app(arguments: Sequence[str]) -> int:
    """Dispatch *arguments*; return the exit code. Raises what a command raises."""
    _print_anything()
    if not arguments:
        arguments = ["--help"]
    try:
        result = app.main(list(arguments), "swiftlog", standalone_mode=False)
        sys.stdout.flush()
    except click.exceptions.Exit as end:
        return end.exit_code
    except click.Abort:
        return exits.INTERRUPTED
    except click.ClickException as error:
        return _show(error)
    return result if isinstance(result, int) else exits.OK


def _print_anything() -> None:
    """Make our own text printable whatever the locale's encoding is.

    Raises ``OSError`` when standard output is closed: the answer has nowhere to go.
    """
    if sys.stdout is None:
        raise OSError(errno.EBADF, "standard output is closed")
    for stream in (sys.stdout, sys.stderr):
        if stream is not None and hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def _show(error: click.ClickException) -> int:
    text = error.format_message()
    context = getattr(error, "ctx", None)
    if isinstance(context, click.Context):
        text += f"\n{context.get_usage()}\nTry `{context.command_path} --help`."
    exits.complain(text)
    return exits.NOT_FOUND if isinstance(error, click.FileError) else exits.USAGE
