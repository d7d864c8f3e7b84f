"""`swiftlog logs`."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import click

from swiftlog_cli.console import Console
from swiftlog_cli.options import json_option, local_option, run_argument
from swiftlog_cli.runlogs import LineRange
from swiftlog_cli.selection import (
    LineForm,
    as_ndjson,
    last_of,
    matcher,
    parse_span,
    with_context,
)
from swiftlog_core.errors import UsageError
from swiftlog_core.events import STDERR, STDOUT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from swiftlog_cli.runlogs import RunLog
    from swiftlog_core.stream.lines import Line

STREAMS = {"": 0, "stdout": STDOUT, "stderr": STDERR}
SEPARATOR = b"--\n"


class LogsRequest(NamedTuple):
    """What `logs` was asked for."""

    follow: bool
    failed: bool
    stream: int
    grep: str
    ignore_case: bool
    context: int
    tail: int | None
    span: str
    timestamps: bool
    elapsed: bool
    numbers: bool
    raw: bool
    as_json: bool

    def check(self) -> None:
        """Raise ``UsageError`` for options that exclude each other."""
        shapes = self.timestamps or self.elapsed or self.numbers or self.as_json
        picks = self.grep or self.tail is not None or self.span or self.failed
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
colours. Into a pipe or file, lines go as they were printed.""",
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
def command(reference: str, local: bool, stream: str | None, **asked: object) -> None:
    """Print the log of RUN, or part of it. --json prints NDJSON, one line each."""
    request = LogsRequest(stream=STREAMS[stream or ""], **asked)  # type: ignore[arg-type] # click's values have the options' types
    request.check()
    from swiftlog_cli.references import open_run
    from swiftlog_core.config import resolve

    config = resolve({})
    log = open_run(reference, config, local=local)
    try:
        write(log, request, Console(config.environ))
    finally:
        log.close()


def write(log: RunLog, request: LogsRequest, console: Console) -> None:
    """Write what *request* asks for to stdout."""
    out = console.binary
    if request.raw:
        for data in log.raw(request.stream):
            out.write(data)
        out.flush()
        return
    started_ns = log.record().started_ns
    form = LineForm(
        started_ns,
        request.timestamps,
        request.elapsed,
        request.numbers,
        console.is_terminal,
        console.color,
    )
    unended = False
    for line in selected(log, request):
        if line is None:
            out.write(b"" if request.as_json else SEPARATOR)
            continue
        if unended:
            out.write(b"\n")
        data = as_ndjson(line, started_ns) if request.as_json else form.render(line)
        unended = not data.endswith(b"\n") and not line.more
        out.write(data)
        if request.follow:
            out.flush()
    if unended and console.is_terminal:
        out.write(b"\n")
    out.flush()


def selected(log: RunLog, request: LogsRequest) -> Iterator[Line | None]:
    """Yield the lines that *request* asks for; None between places apart."""
    lines = _source(log, request)
    if request.grep:
        hits = matcher(request.grep, ignore_case=request.ignore_case)
        found = with_context(lines, hits, request.context)
        if request.tail is None:
            yield from found
        else:
            yield from last_of((line for line in found if line), request.tail)
        return
    if request.failed:
        from swiftlog_cli.explaining import telling_lines

        numbers = telling_lines(log)
        yield from with_context(lines, lambda line: line.number in numbers, 0)
        return
    yield from lines


def _source(log: RunLog, request: LogsRequest) -> Iterator[Line]:
    span = parse_span(request.span) if request.span else LineRange()
    if request.grep or request.tail is None:
        if request.follow:
            return log.follow(span.first, request.stream)
        return log.lines(span, request.stream)
    return _tail(log, span, request)


def _tail(log: RunLog, span: LineRange, request: LogsRequest) -> Iterator[Line]:
    tail = request.tail or 0
    total = log.record().lines
    if request.follow:
        return log.follow(max(1, total - tail + 1), request.stream)
    if request.stream:
        return last_of(log.lines(span, request.stream), tail)
    last = min(span.last or total, total)
    return log.lines(LineRange(max(span.first, last - tail + 1), last or 1))
