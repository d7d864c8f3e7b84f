"""Framing: line numbers follow the bytes, never the cuts or the times."""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from swiftlog_core.events import STDERR, STDOUT, Frame, Position
from swiftlog_core.stream.frame import BUSY_NS, SOON_NS, TAIL_NS, Framer, Sealer
from swiftlog_core.stream.layout import (
    TEXT_LIMIT,
    advance,
    decode,
    empty_position,
)

RUN_ID = "01890a5d-ac96-774b-bcce-b302099a8057"
MS = 1_000_000


class Line(NamedTuple):
    stream: int
    data: bytes


def frames_of(
    reads: list[tuple[int, int, bytes]], *, takes: bool = True
) -> tuple[list[Frame], Position]:
    start = empty_position(RUN_ID)
    framer, sealer = Framer(start), Sealer(start.chain)
    frames, end = [], start
    for stream, t_ns, data in reads:
        drafts = [*framer.take(t_ns)] if takes else []
        drafts += framer.add(stream, t_ns, data)
        for draft in drafts:
            frame, end = sealer.seal(draft)
            frames.append(frame)
    for draft in framer.take(0, final=True):
        frame, end = sealer.seal(draft)
        frames.append(frame)
    return frames, end


def lines_of(frames: list[Frame]) -> dict[int, Line]:
    """Join parts by line number and check every frame against its predecessor."""
    position = empty_position(RUN_ID)
    lines: dict[int, Line] = {}
    for frame in frames:
        body = decode(frame)
        after = advance(position, frame, body)
        offset = 0
        begun = position.lines
        for segment in body.segments(frame.first_line):
            text = body.text[offset : offset + segment.size]
            offset += segment.size
            number = segment.first_line
            for i, piece in enumerate(pieces(text)):
                if i or not segment.opens_mid_line:
                    begun += 1
                    number = begun
                known = lines.get(number, Line(segment.stream, b""))
                assert known.stream == segment.stream
                lines[number] = Line(segment.stream, known.data + piece)
        assert begun == after.lines
        position = after
    return lines


def pieces(text: bytes) -> list[bytes]:
    parts = text.split(b"\n")
    whole = [part + b"\n" for part in parts[:-1]]
    return [*whole, parts[-1]] if parts[-1] else whole


streams = st.sampled_from([STDOUT, STDERR])
chunks = st.text(alphabet="ab\n\r", min_size=1, max_size=12).map(str.encode)
events = st.lists(st.tuples(streams, chunks), max_size=40)
gaps = st.sampled_from([0, 1, 19 * MS, 21 * MS, 199 * MS, 201 * MS, 1001 * MS])


def test_a_frame_continues_the_position_of_the_one_before() -> None:
    frames, end = frames_of(
        [(STDOUT, 0, b"a\nb"), (STDERR, 1, b"x\n"), (STDOUT, 2, b"c\nd\n")]
    )
    assert end.lines == 4
    assert lines_of(frames) == {
        1: Line(STDOUT, b"a\n"),
        2: Line(STDOUT, b"bc\n"),
        3: Line(STDERR, b"x\n"),
        4: Line(STDOUT, b"d\n"),
    }


@settings(max_examples=150, deadline=None)
@given(events, st.data())
def test_cuts_and_times_change_neither_lines_nor_numbers(
    script: list[tuple[int, bytes]], data: st.DataObject
) -> None:
    whole, _ = frames_of([(stream, 0, chunk) for stream, chunk in script])
    now, reads = 0, []
    for stream, chunk in script:
        cuts = data.draw(st.sets(st.integers(0, len(chunk))))
        edges = sorted({0, len(chunk)} | cuts)
        for a, b in pairwise(edges):
            now += data.draw(gaps)
            reads.append((stream, now, chunk[a:b]))
    again, end = frames_of(reads)
    assert lines_of(again) == lines_of(whole)
    for number in (STDOUT, STDERR):
        wanted = b"".join(chunk for stream, chunk in script if stream == number)
        got = [line.data for line in lines_of(again).values() if line.stream == number]
        assert b"".join(got) == wanted
    assert end.size == sum(len(chunk) for _, chunk in script)


def test_a_line_on_a_quiet_stream_is_due_after_20_ms() -> None:
    framer = Framer(empty_position(RUN_ID))
    list(framer.add(STDOUT, 500 * MS, b"line\n"))
    assert framer.due_ns == 500 * MS + SOON_NS


def test_a_line_on_a_busy_stream_is_due_after_200_ms() -> None:
    framer = Framer(empty_position(RUN_ID))
    list(framer.add(STDOUT, 500 * MS, b"line\n"))
    list(framer.take(520 * MS))
    list(framer.add(STDOUT, 530 * MS, b"line\n"))
    assert framer.due_ns == 530 * MS + BUSY_NS


def test_a_prompt_waits_for_its_end_and_is_flushed_after_a_second() -> None:
    framer = Framer(empty_position(RUN_ID))
    list(framer.add(STDOUT, 0, b"done\nPassword: "))
    (first,) = framer.take(SOON_NS)
    assert b"".join(first.datas) == b"done\n"
    assert [*framer.take(TAIL_NS - 1)] == []
    (second,) = framer.take(TAIL_NS)
    assert b"".join(second.datas) == b"Password: "
    assert second.end.open_stdout == 2
    list(framer.add(STDOUT, TAIL_NS + 1, b"ok\n"))
    (third,) = framer.take(0, final=True)
    assert third.end.lines == 2


def test_a_frame_is_cut_at_a_line_end_below_the_limit() -> None:
    line = b"x" * 99 + b"\n"
    frames, _ = frames_of([(STDOUT, 0, line * 3000)])
    assert len(frames) == 2
    assert frames[0].text_size == TEXT_LIMIT // 100 * 100


def test_a_line_without_end_is_cut_at_the_limit() -> None:
    frames, end = frames_of([(STDOUT, 0, b"x" * (3 * TEXT_LIMIT + 5))])
    assert [frame.text_size for frame in frames] == [TEXT_LIMIT] * 3 + [5]
    assert (end.lines, end.open_stdout) == (1, 1)


def test_a_gap_stands_where_bytes_are_missing() -> None:
    start = empty_position(RUN_ID)
    framer = Framer(start)
    list(framer.add(STDOUT, 0, b"a\n"))
    framer.gap(STDOUT, 1, 77, "recorder_slow")
    list(framer.add(STDOUT, 2, b"b\n"))
    (draft,) = framer.take(0, final=True)
    frame, _ = Sealer(start.chain).seal(draft)
    (gap,) = decode(frame).gaps
    assert (gap.segment, gap.size, gap.cause) == (1, 77, "recorder_slow")


def test_what_waits_for_its_end_is_held_and_a_replay_counts_the_gaps() -> None:
    framer, sealer = Framer(empty_position(RUN_ID)), Sealer(b"")
    framer.gap(STDERR, 0, 7, "recorder_slow")
    drafts = [*framer.add(STDOUT, 0, b"line\ntail"), *framer.take(SOON_NS)]
    assert (framer.held(STDOUT), framer.held(STDERR)) == (4, 0)
    drafts += framer.take(SOON_NS, final=True)
    assert framer.held(STDOUT) == 0
    frames = [sealer.seal(draft)[0] for draft in drafts]
    assert Sealer(b"").replay(frames) == (1, 7)


def test_one_byte_reads_stay_within_the_payload_limit() -> None:
    reads = [(STDOUT, i, b"y") for i in range(40_000)]
    frames, end = frames_of(reads)
    assert end.size == 40_000
    assert lines_of(frames)[1].data == b"y" * 40_000
