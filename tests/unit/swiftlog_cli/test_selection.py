"""Picking lines: grep with context yields what grep would, whatever the log."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from swiftlog_cli.entries import GapMark, LineRange, arrivals, entries, plain
from swiftlog_cli.selection import Grep, LineForm, parse_span
from swiftlog_core.errors import PatternError, UsageError
from swiftlog_core.events import STDERR, STDOUT
from swiftlog_core.stream.frame import Draft, Framer, Sealer
from swiftlog_core.stream.layout import empty_position
from swiftlog_core.stream.lines import Line, Piece

RUN_ID = "01890a5d-ac96-774b-bcce-b302099a8057"


def lines_of(texts: list[bytes]) -> list[Line]:
    return [Line(i, STDOUT, 0, text + b"\n") for i, text in enumerate(texts, 1)]


@given(st.lists(st.sampled_from([b"hit", b"miss"]), max_size=30), st.integers(0, 4))
def test_grep_yields_each_line_near_a_hit_once(
    texts: list[bytes], context: int
) -> None:
    hits = [i for i, text in enumerate(texts, 1) if text == b"hit"]
    near = [
        i
        for i in range(1, len(texts) + 1)
        if any(abs(i - hit) <= context for hit in hits)
    ]
    found = Grep("hit", context=context).pick(iter(lines_of(texts)))
    assert [line.number for line in found] == near


def test_a_pattern_is_a_regular_expression_only_when_it_says_so() -> None:
    assert Grep("error.*x").is_regex
    assert not Grep("error").is_regex
    with pytest.raises(PatternError):
        Grep("(").compiled()


@pytest.mark.parametrize(
    ("text", "span"),
    [("5", (5, 5)), ("5-", (5, 0)), ("-5", (1, 5)), ("5-9", (5, 9))],
)
def test_spans_are_read(text: str, span: tuple[int, int]) -> None:
    assert parse_span(text) == LineRange(*span)


@pytest.mark.parametrize("text", ["", "-", "0", "9-5", "a", "1-2-3", " 1"])
def test_spans_that_are_none_are_refused(text: str) -> None:
    with pytest.raises(UsageError):
        parse_span(text)


@given(
    st.lists(
        st.tuples(
            st.sampled_from([STDOUT, STDERR]), st.sampled_from([b"a", b"\n", b"b\nc"])
        ),
        max_size=25,
    ),
    st.sets(st.integers(0, 25)),
)
def test_plain_text_is_the_lines_one_by_one(
    reads: list[tuple[int, bytes]], cuts: set[int]
) -> None:
    start = empty_position(RUN_ID)
    framer, sealer = Framer(start), Sealer(start.chain)
    drafts: list[Draft] = []
    for number, (stream, data) in enumerate(reads):
        drafts += framer.add(stream, 0, data)
        if number in cuts:
            drafts += framer.take(0, final=True)
    drafts += framer.take(0, final=True)
    frames = [sealer.seal(draft)[0] for draft in drafts]
    lines = [e for e in entries(frames, LineRange()) if isinstance(e, Line)]
    one_by_one = [line.data.removesuffix(b"\n") + b"\n" for line in lines]
    assert b"".join(plain(frames)) == b"".join(one_by_one)
    assert [line.number for line in lines] == list(range(1, len(lines) + 1))


def test_an_overlong_line_is_printed_whole() -> None:
    start = empty_position(RUN_ID)
    framer, sealer = Framer(start), Sealer(start.chain)
    line = b"x" * 6_000_000 + b"\n"
    drafts = [*framer.add(STDOUT, 0, line), *framer.take(0, final=True)]
    frames = [sealer.seal(draft)[0] for draft in drafts]
    assert b"".join(plain(frames)) == line


def test_gaps_stand_in_their_places() -> None:
    start = empty_position(RUN_ID)
    framer, sealer = Framer(start), Sealer(start.chain)
    list(framer.add(STDOUT, 0, b"a\nb\n"))
    framer.gap(STDERR, 1, 9, "overrun")
    list(framer.add(STDOUT, 2, b"c\n"))
    frames = [sealer.seal(draft)[0] for draft in framer.take(0, final=True)]
    gap = GapMark(2, STDERR, 9, "overrun")
    found = list(entries(frames, LineRange()))
    assert [e if isinstance(e, GapMark) else e.number for e in found] == [1, 2, gap, 3]
    only = list(entries(frames, LineRange(), STDOUT))
    assert [e.number for e in only if isinstance(e, Line)] == [1, 2, 3]
    assert len(only) == 3
    arrived = list(arrivals(frames[0], first=2))
    assert [p.line for p in arrived if isinstance(p, Piece)] == [2, 3]
    assert gap in arrived


def test_a_terminal_is_told_of_a_gap_and_a_file_keeps_its_bytes() -> None:
    gap = GapMark(2, STDERR, 9, "overrun")
    assert b"9 bytes of stderr are missing" in LineForm(0, safe=True).gap(gap)
    assert LineForm(0).gap(gap) == b""


def test_escapes_are_shown_on_a_terminal_and_kept_in_a_file() -> None:
    line = Line(1, STDOUT, 0, b"\x1b]0;title\x07ok\n")
    assert LineForm(0, safe=True).render(line) == "␛]0;title␇ok\n".encode()
    assert LineForm(0).render(line) == line.data
