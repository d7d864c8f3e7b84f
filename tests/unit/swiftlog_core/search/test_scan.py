"""Searching frames: whole lines, right numbers, right streams, in order."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from swiftlog_core.events import STDERR, STDOUT, Frame
from swiftlog_core.search.pattern import compile_pattern
from swiftlog_core.search.scan import Options, search
from swiftlog_core.stream.frame import Framer, Sealer
from swiftlog_core.stream.layout import empty_position
from swiftlog_core.stream.lines import joined

RUN_ID = "01890a5d-ac96-774b-bcce-b302099a8057"
chunk = st.text(alphabet="abc\n", min_size=1, max_size=8).map(str.encode)
script = st.lists(st.tuples(st.sampled_from([STDOUT, STDERR]), chunk), max_size=40)


def frames_of(reads: list[tuple[int, bytes]], every: int) -> list[Frame]:
    start = empty_position(RUN_ID)
    framer, sealer = Framer(start), Sealer(start.chain)
    frames = []
    for index, (stream, data) in enumerate(reads):
        drafts = list(framer.add(stream, index, data))
        if index % every == 0:
            drafts += framer.take(0, final=True)
        frames += [sealer.seal(draft)[0] for draft in drafts]
    return frames + [sealer.seal(draft)[0] for draft in framer.take(0, final=True)]


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
