"""`swiftlog logs`."""

from __future__ import annotations

from typing import Any, Final

import click

from swiftlog_cli.options import json_option, local_option, run_argument
from swiftlog_cli.wanted import LogsRequest
from swiftlog_core.events import STDERR, STDOUT

STREAMS: Final = {"": 0, "stdout": STDOUT, "stderr": STDERR}


@click.command(
    "logs",
    epilog="""\b
Examples:
  swiftlog logs last --failed
  swiftlog logs last -f
  swiftlog logs RUN --grep 'error|warning' -i -C 3
  swiftlog logs RUN --lines 100-140 --numbers --timestamps
  swiftlog logs RUN --raw --stream stdout > out.bin

On a terminal, control sequences of the log are shown and not obeyed, but for
colours. Into a pipe or file, lines go as they were printed, each with a newline;
--raw gives the exact bytes.""",
)
@run_argument
@click.option("-f", "--follow", is_flag=True, help="Go on until the run has ended.")
@click.option("--failed", is_flag=True, help="Only the lines that tell why it failed.")
@click.option(
    "--stream", type=click.Choice(["stdout", "stderr"]), help="Only this one."
)
@click.option("--grep", default="", metavar="REGEX", help="Only lines that match.")
@click.option("-i", "--ignore-case", is_flag=True, help="Upper and lower case alike.")
@click.option(
    "-C", "--context", default=0, type=click.IntRange(0), help="Lines around a match."
)
@click.option("--tail", type=click.IntRange(0), metavar="N", help="Only the last N.")
@click.option("--lines", "span", default="", metavar="A-B", help="Only these lines.")
@click.option("-t", "--timestamps", is_flag=True, help="When each line began, in UTC.")
@click.option("--elapsed", is_flag=True, help="Seconds since the start of the run.")
@click.option("-n", "--numbers", is_flag=True, help="The number of each line.")
@click.option(
    "--raw",
    is_flag=True,
    help="The exact bytes: of one --stream, or all in the order of arrival.",
)
@json_option
@local_option
def command(
    reference: str,
    local: bool,
    stream: str | None,
    grep: str,
    ignore_case: bool,
    context: int,
    **asked: Any,  # noqa: ANN401 - click's values have the options' types
) -> None:
    """Print the log of RUN, or part of it. --json prints NDJSON, one line each."""
    from swiftlog_cli.selection import Grep

    request = LogsRequest(
        stream=STREAMS[stream or ""], grep=Grep(grep, ignore_case, context), **asked
    )
    request.check()
    from swiftlog_cli.console import Console
    from swiftlog_cli.printing import write
    from swiftlog_cli.references import open_run
    from swiftlog_core.config import resolve

    config = resolve({})
    log = open_run(reference, config, local=local)
    try:
        write(log, request, Console(config.environ))
    finally:
        log.close()
