"""`swiftlog completion`."""

from __future__ import annotations

import click

COMPLETE_VARIABLE = "_SWIFTLOG_COMPLETE"


@click.command(
    "completion",
    epilog="""\b
Examples:
  eval "$(swiftlog completion bash)"                          # in ~/.bashrc
  eval "$(swiftlog completion zsh)"                           # in ~/.zshrc
  swiftlog completion fish > ~/.config/fish/completions/swiftlog.fish""",
)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def command(shell: str) -> None:
    """Print the completion script of SHELL."""
    from click.shell_completion import get_completion_class

    from swiftlog_cli.app import app

    kind = get_completion_class(shell)
    if kind is None:
        raise AssertionError(shell)  # the choice above allows no other
    completer = kind(app, {}, "swiftlog", COMPLETE_VARIABLE)
    # Not source(): for bash that starts a bash only to ask for its version.
    click.echo(completer.source_template % completer.source_vars())
