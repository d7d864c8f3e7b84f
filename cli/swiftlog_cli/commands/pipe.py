"""`swiftlog pipe`."""

from __future__ import annotations

from typing import Any

import click

from swiftlog_cli.options import given_flags, setting_options

EPILOG = """\b
Examples:
  make 2>&1 | swiftlog pipe
  make 2>&1 | swiftlog pipe --group build -- make
  set -o pipefail; make 2>&1 | swiftlog pipe    # to see make's exit code

A pipe tells nothing of the command before it: its exit code is unknown here, and its
streams are one. `swiftlog run -- CMD` knows both."""


def _pipe(title: tuple[str, ...], **values: Any) -> int:  # noqa: ANN401 - click's
    from swiftlog_core.config import resolve
    from swiftlog_core.session import pipe

    config = resolve(given_flags(values))
    return pipe(config, title) if title else pipe(config)


command = click.Command(
    "pipe",
    callback=_pipe,
    params=[
        *setting_options("pipe"),
        click.Argument(["title"], nargs=-1, type=click.UNPROCESSED),
    ],
    context_settings={"allow_interspersed_args": False},
    options_metavar="[OPTIONS] --",
    help="Record standard input as a run, and pass it on to standard output.\n\n"
    "Bytes are passed on as they come, unchanged. TITLE is what the run is listed "
    "as, like the command whose output it is.",
    epilog=EPILOG,
)
