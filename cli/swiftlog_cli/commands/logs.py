"""`swiftlog logs`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import click

from swiftlog_cli.options import json_option, local_option, run_argument
from swiftlog_core.errors import UsageError
from swiftlog_core.events import STDERR, STDOUT

if TYPE_CHECKING:
    from swiftlog_cli.selection import Grep

STREAMS: Final = {"": 0, "stdout": STDOUT, "stderr": STDERR}


class LogsRequest(NamedTuple):
    """What `logs` was asked for."""

    follow: bool
    failed: bool
    stream: int
    grep: Grep
    tail: int | None
    span: str
    timestamps: bool
    elapsed: bool
    numbers: bool
    raw: bool
    as_json: bool

    @property
    def shapes(self) -> bool:
        """Whether something is put to the lines."""
        return self.timestamps or self.elapsed or self.numbers or self.as_json

    @property
    def picks(self) -> bool:
        """Whether only some lines are wanted, whatever their stream."""
        by_number = self.tail is not None or self.span or self.failed
        return bool(self.grep.pattern or by_number)

    def check(self) -> None:
        """Raise ``UsageError`` for options that exclude each other."""
        shapes, picks = self.shapes, self.picks
        if self.raw and (shapes or picks or self.follow):
            message = "--raw prints the exact bytes: it goes with --stream only"
            raise UsageError(message)
        if self.follow and (self.span or self.failed):
            message = "--follow does not go with --lines or --failed"
            raise UsageError(message)


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
