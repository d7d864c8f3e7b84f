"""Each format's look, and that a download is bounded and fails before it begins."""

from __future__ import annotations

import asyncio
import csv as csv_module
import io
import json
from typing import TYPE_CHECKING

import pytest
from fastapi.responses import StreamingResponse

from swiftlog_core.events import STDERR, STDOUT
from swiftlog_core.stream.lines import Line
from swiftlog_server.logs import formats
from swiftlog_server.logs.forms import RunClock
from swiftlog_server.logs.reading import GapMark

if TYPE_CHECKING:
    from collections.abc import Iterator

CLOCK = RunClock(0)
ENTRIES = [
    Line(1, STDOUT, 5, b"plain\n"),
    GapMark(1, STDERR, 40, "disk"),
    Line(2, STDERR, 6, b"\xff\n"),
    Line(3, STDOUT, 7, b"open", more=True),
]


def test_objects_tell_lines_and_gaps_in_order() -> None:
    told = list(formats.objects(ENTRIES, CLOCK))
    assert [entry.get("line", entry.get("gap")) for entry in told] == [
        1,
        "stderr",
        2,
        3,
    ]
    assert told[2]["base64"] == "/w=="
    assert [entry.get("more") for entry in told] == [False, None, False, True]
    assert "match" not in told[0]


def test_matches_may_come_while_lines_are_told() -> None:
    matches: set[int] = set()

    def found() -> Iterator[Line]:
        for number in (1, 2):
            matches.add(number)
            yield Line(number, STDOUT, 0, b"x\n")
        yield Line(3, STDOUT, 0, b"context\n")

    told = list(formats.objects(found(), CLOCK, matches))
    assert [line["match"] for line in told] == [True, True, False]


def test_ndjson_is_one_object_a_line() -> None:
    lines = b"".join(formats.ndjson(ENTRIES, CLOCK)).splitlines()
    assert [json.loads(line) for line in lines] == list(formats.objects(ENTRIES, CLOCK))


def test_text_ends_each_line_once() -> None:
    assert b"".join(formats.text(ENTRIES)) == b"plain\n\xff\nopen\n"


@pytest.mark.parametrize(
    ("content", "cell"),
    [
        ("=cmd()", "'=cmd()"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@x", "'@x"),
        ("\tx", "'\tx"),
        ("a=b", "a=b"),
        ('say "hi", ok', 'say "hi", ok'),
    ],
)
def test_a_cell_reads_back_and_is_no_formula(content: str, cell: str) -> None:
    line = Line(1, STDOUT, 0, content.encode() + b"\n")
    text = b"".join(formats.csv([line], CLOCK)).decode()
    (row,) = csv_module.DictReader(io.StringIO(text, newline=""))
    assert row["content"] == cell


def test_a_small_answer_has_a_length_and_a_large_one_is_streamed() -> None:
    small = formats.respond(iter([b"a", b"b"]), "text", "x.txt")
    assert small.headers["content-length"] == "2"
    large = formats.respond((b"x" * 1000 for _ in range(2000)), "raw", "x.log")
    assert isinstance(large, StreamingResponse)
    assert "content-length" not in large.headers

    async def read() -> list[bytes]:
        return [bytes(chunk) async for chunk in large.body_iterator]

    chunks = asyncio.run(read())
    assert b"".join(chunks) == b"x" * 2_000_000
    assert len(chunks) < 40
    assert large.headers["content-disposition"] == 'attachment; filename="x.log"'


def test_what_cannot_be_read_at_all_fails_before_any_header() -> None:
    def broken() -> Iterator[bytes]:
        raise KeyError("damaged")
        yield b""

    with pytest.raises(KeyError):
        formats.respond(broken(), "text", "x")
