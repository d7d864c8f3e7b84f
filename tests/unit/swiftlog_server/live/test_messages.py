"""Frames become messages that join to the lines again, whatever the cuts."""

from __future__ import annotations

import json
from base64 import b64decode
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from swiftlog_core.events import STDERR, STDOUT
from swiftlog_core.stream.lines import joined
from swiftlog_server.live import messages
from swiftlog_server.live.interfaces import Head
from swiftlog_server.live.messages import GapMark, MessageWriter, Part, parts_of
from tests.unit.swiftlog_server.recording import Loss, Recording

READS = st.lists(
    st.tuples(
        st.sampled_from((STDOUT, STDERR)),
        st.lists(
            st.sampled_from([b"\n", b"a", b"\xc3\xa9", b"\xff", b"xyz", b"\xe2\x82"]),
            min_size=1,
            max_size=6,
        ).map(b"".join),
    ),
    max_size=12,
)


def written(recording: Recording, from_line: int = 1) -> list[dict[str, Any]]:
    writer = MessageWriter(recording.run_id, 0, from_line)
    told = [
        writer.message(entry) for frame in recording.frames for entry in parts_of(frame)
    ]
    return [message for message in told if message is not None]


def rebuilt(told: list[dict[str, Any]]) -> dict[int, tuple[bytes, bool]]:
    """Join parts; return each line's bytes and whether it has ended."""
    parts: dict[int, list[bytes]] = {}
    ended: dict[int, bool] = {}
    for message in told:
        if message["type"] != "log":
            continue
        number = message["line"]
        held = parts.setdefault(number, [])
        assert message["part"] == len(held)
        exact = message.get("base64")
        content: str = message["content"]
        held.append(b64decode(exact) if exact else content.encode())
        ended[number] = not message["more"]
    return {number: (b"".join(parts[number]), ended[number]) for number in parts}


@given(reads=READS, split=st.booleans(), limit=st.sampled_from([4, 7, 64 * 1024]))
def test_parts_join_to_the_lines_of_the_log(
    reads: list[tuple[int, bytes]], split: bool, limit: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(messages, "PART_BYTES", limit)
        recording = Recording(reads, split=split)
        lines = {
            line.number: (line.data.removesuffix(b"\n"), line.data.endswith(b"\n"))
            for line in joined(recording.frames)
        }
        assert rebuilt(written(recording)) == lines


@given(reads=READS, from_line=st.integers(1, 12))
def test_from_a_line_on_means_that_line_and_every_later_one(
    reads: list[tuple[int, bytes]], from_line: int
) -> None:
    recording = Recording(reads)
    whole = rebuilt(written(recording))
    wanted = {number: line for number, line in whole.items() if number >= from_line}
    assert rebuilt(written(recording, from_line)) == wanted


def test_a_long_part_is_cut_between_characters() -> None:
    text = "é€𝄞" * 20_000  # within one frame
    recording = Recording([(STDOUT, text.encode() + b"\n")], split=False)
    told = written(recording)
    assert len(told) == 3
    assert "".join(str(message["content"]) for message in told) == text
    assert not any("base64" in message for message in told)


def test_pieces_of_a_line_within_a_frame_are_one_message() -> None:
    recording = Recording(
        [(STDOUT, b"one "), (STDERR, b"two\n"), (STDOUT, b"more\n")], split=False
    )
    entries = parts_of(recording.frames[0])
    assert [(e.line, e.data) for e in entries if isinstance(e, Part)] == [
        (1, b"one more\n"),
        (2, b"two\n"),
    ]


def test_a_gap_has_a_name_and_a_place_and_is_not_told_twice() -> None:
    recording = Recording(
        [(STDOUT, b"1\n"), Loss(STDERR, 50), (STDOUT, b"2\n")], split=False
    )
    (mark,) = [
        entry
        for frame in recording.frames
        for entry in parts_of(frame)
        if isinstance(entry, GapMark)
    ]
    assert (mark.after_line, mark.gap.size) == (1, 50)
    told = [m for m in written(recording) if m["type"] == "gap"]
    assert told[0]["id"] == f"{mark.seq}.{mark.place}"
    assert [m["type"] for m in written(recording, 3)] == []


def test_status_and_batch_are_json() -> None:
    head = Head("r", 3, 9, 2, "failed", closed=True, started_ns=0, exit_code=7)
    told = json.loads(messages.status(head))
    assert (told["type"], told["exit_code"], told["complete"]) == ("status", 7, True)
    many = json.loads(messages.batch("r", [{"type": "log"}, {"type": "gap"}]))
    assert [inner["type"] for inner in many["messages"]] == ["log", "gap"]
    assert json.loads(messages.ai(head))["ai_status"] == "none"
