"""`swiftlog watch`."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

import click

from swiftlog_cli import exits
from swiftlog_cli.console import Console, remark
from swiftlog_cli.options import local_option, run_argument

if TYPE_CHECKING:
    from swiftlog_cli.records import RunRecord
    from swiftlog_cli.runlogs import RunLog


@click.command(
    "watch",
    epilog="""\b
Examples:
  swiftlog watch last
  swiftlog watch RUN --quiet && ./deploy.sh

The exit code is the run's own. A run that was lost, whose recorder vanished before
the end, has none: then it is 75.""",
)
@run_argument
@click.option("-q", "--quiet", is_flag=True, help="Wait without printing the log.")
@click.option("--tail", type=click.IntRange(0), metavar="N", help="Start N lines back.")
@local_option
def command(reference: str, quiet: bool, tail: int | None, local: bool) -> int:
    """Follow RUN until it ends, and exit with its exit code."""
    from swiftlog_cli.references import open_run
    from swiftlog_core.config import resolve

    config = resolve({})
    log = open_run(reference, config, local=local)
    try:
        record = _follow(log, Console(config.environ), quiet=quiet, tail=tail)
    finally:
        log.close()
    if record.exit_code is None:
        remark(f"run {record.short_id} is {record.status}: it has no exit code")
        return exits.LATER
    if not quiet:
        remark(f"run {record.short_id}: {record.status}, {record.outcome}")
    return record.exit_code & 0xFF


def _follow(
    log: RunLog, console: Console, *, quiet: bool, tail: int | None
) -> RunRecord:
    from swiftlog_cli.entries import arrivals
    from swiftlog_cli.printing import Printer
    from swiftlog_cli.runlogs import followed
    from swiftlog_cli.selection import LineForm

    record = log.record()
    if quiet:
        deque(followed(log, record.frames), maxlen=0)
        return log.record()
    first = 1 if tail is None else max(1, record.lines - tail + 1)
    form = LineForm(record.started_ns, safe=console.is_terminal, color=console.color)
    printer = Printer(console.binary, form, as_json=False, separate=False)
    for frame in followed(log, log.frame_of(first) - 1):
        printer.print_arrivals(arrivals(frame, first))
    printer.end(tidy=console.is_terminal)
    return log.record()
