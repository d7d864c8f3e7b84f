"""Lines come back whole and in order from frames cut anywhere."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from swiftlog_core.events import STDERR, STDOUT
from swiftlog_core.stream import lines as module
from swiftlog_core.stream.lines import joined, text_blocks
from tests.unit.swiftlog_core.framing import frames_of, script


@settings(max_examples=200, deadline=None)
@given(script, st.integers(1, 5))
def test_joined_lines_are_the_lines_of_each_stream_in_number_order(
    reads: list[tuple[int, bytes]], every: int
) -> None:
    lines = list(joined(frames_of(reads, every)))
    assert [line.number for line in lines] == list(range(1, len(lines) + 1))
    for stream in (STDOUT, STDERR):
        text = b"".join(data for which, data in reads if which == stream)
        assert b"".join(x.data for x in lines if x.stream == stream) == text
    assert not any(line.more for line in lines if line.data.endswith(b"\n"))


@settings(max_examples=200, deadline=None)
@given(script, st.integers(1, 5))
def test_the_kth_line_of_text_blocks_is_line_k(
    reads: list[tuple[int, bytes]], every: int
) -> None:
    frames = frames_of(reads, every)
    wanted = [line.data.rstrip(b"\n") for line in joined(frames)]
    text = b"".join(text_blocks(frames))
    assert not text or text.endswith(b"\n")
    got = text.split(b"\n")[:-1]
    assert got == wanted


def test_a_line_longer_than_the_bound_comes_in_parts_and_loses_nothing() -> None:
    reads = [(STDOUT, b"x" * 200_000)] * 30 + [(STDERR, b"e\n"), (STDOUT, b"y\n")]
    lines = list(joined(frames_of(reads, 1)))
    out = [line for line in lines if line.stream == STDOUT]
    assert {line.number for line in out} == {1}
    assert b"".join(line.data for line in out) == b"x" * 6_000_000 + b"y\n"
    assert [line.more for line in out][-1] is False
    assert all(line.more for line in out[:-1])
    assert max(len(line.data) for line in out) < 2 * module.MAX_JOINED_BYTES
