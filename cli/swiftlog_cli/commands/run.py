"""`swiftlog run`, as click sees it: for help and completion.

The call itself is parsed by ``swiftlog_cli.main``, from the same table of settings.
"""

from __future__ import annotations

from typing import Any

import click

from swiftlog_cli.options import given_flags, setting_options

EPILOG = """\b
Examples:
  swiftlog run -- make test
  swiftlog run --timeout 30m --mask-env 'DEPLOY_*' -- ./deploy.sh
  swiftlog run --pty always -- pytest
  swiftlog run --server logs.example.com:443 --require-server -- make

The exit code is the command's own: 126 when it cannot be executed, 127 when it is
not found, 128+N when signal N ended it, 124 after a time-out. Our own are 64 (wrong
usage), 69 (--require-server and no server) and 75 (--strict-upload and not whole)."""


def _run(command: tuple[str, ...], **values: Any) -> int:  # noqa: ANN401 - click's
    from swiftlog_cli.main import start

    return start(given_flags(values), list(command))


command = click.Command(
    "run",
    callback=_run,
    params=[
        *setting_options("run"),
        click.Argument(["command"], nargs=-1, required=True, type=click.UNPROCESSED),
    ],
    context_settings={"allow_interspersed_args": False},
    options_metavar="[OPTIONS] --",
    help="Run COMMAND as if it were not wrapped, and record it.\n\n"
    "Keeps every byte it prints, with time and stream; streams them to the server "
    "when one is set; says why it failed. SwiftLog adds nothing to the command's "
    "output: what it has to say goes to stderr, and --quiet silences that.",
    epilog=EPILOG,
)
