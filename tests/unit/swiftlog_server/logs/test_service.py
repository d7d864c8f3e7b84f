"""Ranges, tails, bytes and search of logs, against what was printed."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from swiftlog_core.errors import PatternError
from swiftlog_core.events import STDERR, STDOUT
from swiftlog_core.stream.lines import Line
from swiftlog_server.logs import service as service_module
from swiftlog_server.logs.reading import GapMark, LineRange
from swiftlog_server.logs.service import LogService, SearchWish
from swiftlog_server.runs.models import LogRun
from tests.unit.swiftlog_server.recording import Loss, Recording, numbered

if TYPE_CHECKING:
    from collections.abc import Iterator

    from swiftlog_core.events import Frame


class ListStore:
    """A log store over one recording; counts the frames that are read."""

    def __init__(self, frames: list[Frame]) -> None:
        self._frames = frames
        self.read = 0

    def frame_of_line(self, run_id: str, line: int) -> int:
        del run_id
        return max((f.seq for f in self._frames if f.first_line <= line), default=0)

    def frames(
        self, run_id: str, *, after_seq: int = 0, max_bytes: int | None = None
    ) -> Iterator[Frame]:
        del run_id, max_bytes
        for frame in self._frames[after_seq:]:
            self.read += 1
            yield frame


class Printed(NamedTuple):
    """A line as the numbering rule has it."""

    number: int
    stream: int
    data: bytes


def lines_of(reads: list[tuple[int, bytes]]) -> list[Printed]:
    """Number lines by the place of their first byte."""
    lines: list[list[int | bytes]] = []
    current: dict[int, int] = {}
    for stream, data in reads:
        for piece in data.splitlines(keepends=True):
            if stream not in current:
                current[stream] = len(lines)
                lines.append([stream, b""])
            lines[current[stream]][1] += piece  # type: ignore[operator] # it is bytes
            if piece.endswith(b"\n"):
                del current[stream]
    return [Printed(n, *line) for n, line in enumerate(lines, 1)]  # type: ignore[arg-type] # as above


def logs_of(run: Recording, *, closed: bool = True) -> tuple[LogService, LogRun]:
    row = LogRun(id=run.run_id, lines=run.end.lines, receipt_at=None)
    if closed:
        row.receipt_at = object()  # type: ignore[assignment] # only asked for being set
    return LogService(ListStore(run.frames)), row  # type: ignore[arg-type] # what it needs


def shown(entries: list[Line | GapMark]) -> list[Printed]:
    return [Printed(e.number, e.stream, e.data) for e in entries if isinstance(e, Line)]


TEXT = st.lists(st.sampled_from([b"a", b"bc", b"\n", b"\r", b"\xff"]), min_size=1)
READS = st.lists(
    st.tuples(st.sampled_from([STDOUT, STDERR]), TEXT.map(b"".join)), max_size=14
)


@given(reads=READS, split=st.booleans(), data=st.data())
@settings(max_examples=150, suppress_health_check=list(HealthCheck))
def test_any_range_is_what_was_printed(
    reads: list[tuple[int, bytes]], *, split: bool, data: st.DataObject
) -> None:
    reads = [(stream, text.replace(b"\r", b"r")) for stream, text in reads]
    printed = lines_of(reads)
    logs, run = logs_of(Recording(reads, split=split))
    first = data.draw(st.integers(1, len(printed) + 2))
    last = data.draw(st.integers(first - 1, len(printed) + 2))
    stream = data.draw(st.sampled_from([0, STDOUT, STDERR]))
    got = logs.lines(run, LineRange(first, last, stream), 500).entries
    wanted = [
        line
        for line in printed
        if first <= line.number <= last and stream in (0, line.stream)
    ]
    assert shown(got) == wanted
    assert not any(isinstance(e, Line) and e.more for e in got)
    count = data.draw(st.integers(0, len(printed) + 1))
    tail = logs.tail(run, count, stream).entries
    of_stream = [line for line in printed if stream in (0, line.stream)]
    assert shown(tail) == of_stream[len(of_stream) - min(count, len(of_stream)) :]
    for wanted_stream in (0, STDOUT, STDERR):
        assert b"".join(logs.raw(run, wanted_stream)) == b"".join(
            text for number, text in reads if wanted_stream in (0, number)
        )


def test_a_range_touches_only_the_frames_that_hold_it() -> None:
    run = numbered(1000)
    store = ListStore(run.frames)
    logs = LogService(store)  # type: ignore[arg-type] # what it needs of a store
    row = LogRun(id=run.run_id, lines=1000)
    got = logs.lines(row, LineRange(501, 520), 500)
    assert [line.number for line in shown(got.entries)] == list(range(501, 521))
    assert got.next_line == 521
    assert store.read <= 21


def test_the_open_line_of_a_live_run_says_that_more_comes() -> None:
    logs, run = logs_of(Recording([(STDOUT, b"one\ntwo")]), closed=False)
    *_, last = logs.lines(run, LineRange(1, 10), 500).entries
    assert isinstance(last, Line)
    assert (last.number, last.data, last.more) == (2, b"two", True)


def test_a_line_that_stays_open_does_not_hold_a_range_for_ever() -> None:
    noise = [(STDERR, b"x" * 100_000 + b"\n")] * 100
    run = Recording([(STDOUT, b"progress "), *noise, (STDOUT, b"done\n")])
    store = ListStore(run.frames)
    logs = LogService(store)  # type: ignore[arg-type] # what it needs of a store
    row = LogRun(id=run.run_id, lines=run.end.lines)
    (line,) = logs.lines(row, LineRange(1, 1), 500).entries
    assert isinstance(line, Line)
    assert line.data.startswith(b"progress ")
    assert line.more
    assert store.read < 60


def test_gaps_stand_where_they_happened() -> None:
    run = Recording(
        [
            Loss(STDOUT, 5),
            (STDOUT, b"one\n"),
            Loss(STDERR, 7),
            (STDOUT, b"two\n"),
            (STDERR, b"three\n"),
            Loss(STDOUT, 9),
        ],
        split=False,
    )
    logs, row = logs_of(run)
    kinds = [
        e.number if isinstance(e, Line) else (e.line, e.stream, e.size)
        for e in logs.lines(row, LineRange(1, 3), 500).entries
    ]
    assert kinds == [(0, 1, 5), 1, (1, 2, 7), 2, 3, (3, 1, 9)]
    only = logs.lines(row, LineRange(2, 3), 500).entries
    assert [type(e) for e in only] == [Line, Line, GapMark]


def test_a_big_answer_stops_at_its_limit_and_says_where_to_go_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(service_module, "MAX_SLICE_BYTES", 100)
    monkeypatch.setattr(service_module, "MAX_LINE_BYTES", 12)
    logs, run = logs_of(numbered(50))
    got = logs.lines(run, LineRange(1, 50), 500)
    assert got.next_line == 7
    first = got.entries[0]
    assert isinstance(first, Line)
    assert (first.data, first.more) == (b"line 1 of th", True)


def test_search_finds_lines_by_number_and_stream() -> None:
    logs, run = logs_of(numbered(300))
    hits = [line.number for line in logs.search(run, SearchWish("line 29"))]
    assert hits == [29, *range(290, 300)]
    errors = logs.search(run, SearchWish("LINE 29", ignore_case=True, stream=STDERR))
    assert [line.number for line in errors] == [291, 294, 297]
    wish = SearchWish(r"line \d+5 ", regex=True, first_line=50, last_line=80)
    assert [line.number for line in logs.search(run, wish)] == [55, 65, 75]
    with pytest.raises(PatternError):
        logs.search(run, SearchWish("(", regex=True))
