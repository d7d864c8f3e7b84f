"""`swiftlog logs`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import click

from swiftlog_cli.console import Console, remark
from swiftlog_cli.entries import GapMark, LineRange, arrivals, entries
from swiftlog_cli.options import json_option, local_option, run_argument
from swiftlog_cli.runlogs import followed
from swiftlog_cli.selection import Grep, LineForm, as_ndjson, last_of, parse_span
from swiftlog_core.errors import UsageError
from swiftlog_core.events import STDERR, STDOUT
from swiftlog_core.stream.lines import Line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import BinaryIO

    from swiftlog_cli.entries import Entry
    from swiftlog_cli.runlogs import RunLog
    from swiftlog_core.stream.lines import Piece

STREAMS: Final = {"": 0, "stdout": STDOUT, "stderr": STDERR}
SEPARATOR: Final = b"--\n"


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
    request = LogsRequest(
        stream=STREAMS[stream or ""], grep=Grep(grep, ignore_case, context), **asked
    )
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
    record = log.record()
    form = LineForm(
        record.started_ns,
        request.timestamps,
        request.elapsed,
        request.numbers,
        console.is_terminal,
        console.color,
    )
    separate = request.failed or bool(request.grep.context)
    printer = Printer(out, form, as_json=request.as_json, separate=separate)
    if request.follow:
        follow(log, request, printer, record.lines)
    elif request.stream or request.shapes or request.picks or record.gaps:
        printer.print_all(selected(log, request, record.lines))
    else:
        for block in log.plain():
            out.write(form.text(block))
    printer.end(tidy=console.is_terminal)


def selected(log: RunLog, request: LogsRequest, total: int) -> Iterator[Entry]:
    """Return the entries that *request* asks for, of a log of *total* lines."""
    span = parse_span(request.span) if request.span else LineRange()
    stream, tail = request.stream, request.tail
    if request.failed:
        from swiftlog_cli.explaining import telling_lines

        numbers = telling_lines(log)
        if not numbers:
            remark("nothing says that this run failed")
            return iter(())
        return (
            line
            for line in log.lines(LineRange(min(numbers)), stream)
            if isinstance(line, Line) and line.number in numbers
        )
    grep = request.grep if request.grep.pattern else None
    if tail is None:
        return log.lines(span, stream, grep)
    if grep or stream:
        return last_of(log.lines(span, stream, grep), tail)
    last = min(span.last or total, total)
    first = max(span.first, last - tail + 1)
    return log.lines(LineRange(first, last), stream) if first <= last else iter(())


def follow(log: RunLog, request: LogsRequest, printer: Printer, total: int) -> None:
    """Print what comes until the run has ended.

    Whole lines by number where lines are picked or marked; else text at once, as it
    arrives, prompts and progress included.
    """
    first = 1 if request.tail is None else max(1, total - request.tail + 1)
    frames = followed(log, log.frame_of(first) - 1)
    if request.grep.pattern or request.as_json or not printer.form.is_plain:
        found = entries(frames, LineRange(first), request.stream)
        if request.grep.pattern:
            found = request.grep.pick(found)
        printer.print_all(found, flush=True)
        return
    for frame in frames:
        printer.print_arrivals(arrivals(frame, first, request.stream))


class Printer:
    """Writes entries to *out* in one form, with marks between places apart."""

    def __init__(
        self, out: BinaryIO, form: LineForm, *, as_json: bool, separate: bool
    ) -> None:
        """Print nothing yet; *separate* puts a mark between places apart."""
        self.form = form
        self._out = out
        self._as_json = as_json
        self._separate = separate
        self._last = 0
        self._unended = False
        self._missing = 0
        self._arrived = False  # parts were printed as they came

    def print_all(self, found: Iterable[Entry], *, flush: bool = False) -> None:
        """Print *found*, each at once when *flush*."""
        for entry in found:
            self._print(entry)
            if flush:
                self._out.flush()

    def print_arrivals(self, found: Iterable[Piece | GapMark]) -> None:
        """Print parts of lines as they came, at once."""
        self._arrived = True
        for piece in found:
            if isinstance(piece, GapMark):
                self._print(piece)
            else:
                self._out.write(self.form.text(piece.data))
                self._unended = not piece.ends
        self._out.flush()

    def end(self, *, tidy: bool) -> None:
        """Finish; *tidy* ends a last line that has no end, for the next prompt."""
        if self._unended and (tidy or not self._arrived):
            self._out.write(b"\n")
        self._out.flush()
        if self._missing and not self.form.safe:
            remark(f"{self._missing} bytes could not be kept and are missing here")

    def _print(self, entry: Entry) -> None:
        continues = False
        if isinstance(entry, GapMark):
            self._missing += entry.size
            data = self.form.gap(entry)
        else:
            continues = not entry.first
            if self._separate and self._last and entry.number > self._last + 1:
                self._out.write(b"" if self._as_json else SEPARATOR)
            self._last = entry.number
            data = self.form.render(entry)
        if self._as_json:
            data = as_ndjson(entry, self.form.started_ns)
        if not data:
            return
        if self._unended and not continues:
            self._out.write(b"\n")
        self._out.write(data)
        self._unended = not data.endswith(b"\n")
