"""Searching frames: whole lines, right numbers, right streams, in order."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from swiftlog_core.events import STDERR, STDOUT
from swiftlog_core.search.pattern import compile_pattern
from swiftlog_core.search.scan import Options, search
from swiftlog_core.stream.lines import joined
from tests.unit.swiftlog_core.framing import frames_of, script


@settings(max_examples=200, deadline=None)
@given(script, st.integers(1, 4), st.sampled_from([0, STDOUT, STDERR]))
def test_search_finds_the_joined_lines_that_match(
    reads: list[tuple[int, bytes]], every: int, stream: int
) -> None:
    frames = frames_of(reads, every)
    wanted = [
        (line.number, line.stream, line.t_ns, line.data.rstrip(b"\n"))
        for line in joined(frames)
        if b"ab" in line.data and stream in (0, line.stream)
    ]
    found = search(frames, compile_pattern("ab"), Options(stream))
    assert [(x.number, x.stream, x.t_ns, x.data.rstrip(b"\n")) for x in found] == wanted


def test_search_stays_in_the_range_of_lines_it_is_given() -> None:
    frames = frames_of([(STDOUT, b"hit %d\n" % n) for n in range(1, 101)], 7)
    found = search(frames, compile_pattern("hit"), Options(0, 40, 43))
    assert [line.number for line in found] == [40, 41, 42, 43]
