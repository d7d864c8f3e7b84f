"""Writing a log to standard output: picked lines, followed lines, exact bytes.

What was asked for comes as a ``LogsRequest``; where the log is stored is the matter of
its ``RunLog``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from swiftlog_cli.console import Console, remark
from swiftlog_cli.entries import GapMark, LineRange, arrivals, entries
from swiftlog_cli.runlogs import followed
from swiftlog_cli.selection import LineForm, as_ndjson, last_of, parse_span
from swiftlog_core.stream.lines import Line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import BinaryIO

    from swiftlog_cli.entries import Entry
    from swiftlog_cli.runlogs import RunLog
    from swiftlog_cli.wanted import LogsRequest
    from swiftlog_core.stream.lines import Piece

SEPARATOR: Final = b"--\n"


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
