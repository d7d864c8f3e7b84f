"""A log comes back byte for byte, in every format, at every cut."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import random
from base64 import b64decode
from typing import TYPE_CHECKING, Any

import pytest

from swiftlog_core.events import STDERR, STDOUT
from swiftlog_core.stream.layout import chain_link, decode, empty_position
from swiftlog_core.wire.codec import frame_from_pb
from swiftlog_core.wire.v1 import swiftlog_pb2 as pb
from tests.integration.serving import Recording

if TYPE_CHECKING:
    import httpx

    from swiftlog_core.events import Frame
    from tests.integration.serving import Served

# Partial lines of both streams around each other, bytes that are no UTF-8, NUL, CR,
# escapes, an empty line, a formula, and no newline at the end.
READS = (
    ((STDOUT, b"plain\n"), (STDERR, b"warn: par")),
    ((STDOUT, b"\xff\xfe bytes\n\n"), (STDERR, b"tial\nnext er")),
    ((STDOUT, b"50%\r100%\r\n\x1b[31mred\x1b[0m "),),
    ((STDERR, "rör ✓\n".encode()), (STDOUT, b'\x00nul, "quoted"\n=1+1\n')),
    ((STDERR, b"no newline"),),
)
LINES = [
    (1, "stdout", b"plain\n"),
    (2, "stderr", b"warn: partial\n"),
    (3, "stdout", b"\xff\xfe bytes\n"),
    (4, "stdout", b"\n"),
    (5, "stderr", "next errör ✓\n".encode()),
    (6, "stdout", b"50%\r100%\r\n"),
    (7, "stdout", b'\x1b[31mred\x1b[0m \x00nul, "quoted"\n'),
    (8, "stdout", b"=1+1\n"),
    (9, "stderr", b"no newline"),
]


@pytest.fixture(scope="module")
def recording(served: Served) -> Recording:
    recording = Recording(served.parts, served.admin)
    for reads in READS:
        recording.print(*reads)
    recording.close(exit_code=3)
    return recording


def ask(client: httpx.Client, recording: Recording, **params: object) -> httpx.Response:
    answer = client.get(
        f"/api/v1/runs/{recording.run_id}/logs",
        params={key.rstrip("_"): str(value) for key, value in params.items()},
    )
    assert answer.status_code == 200, answer.text
    return answer


def exact(line: dict[str, Any]) -> bytes:
    """Return a JSON line's bytes, without newline."""
    if "base64" in line:
        return b64decode(line["base64"])
    content: str = line["content"]
    return content.encode()


def told(answer: httpx.Response) -> list[tuple[int, str, bytes]]:
    return [
        (line["line"], line["stream"], exact(line)) for line in answer.json()["lines"]
    ]


WANTED = [(number, stream, data.removesuffix(b"\n")) for number, stream, data in LINES]


def test_raw_is_exactly_what_was_printed_in_order_of_arrival(
    client: httpx.Client, recording: Recording
) -> None:
    answer = ask(client, recording, format="raw")
    assert answer.content == bytes(recording.arrived)
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment")


@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_raw_of_one_stream_is_that_stream_and_fits_the_receipt(
    client: httpx.Client, recording: Recording, stream: str
) -> None:
    content = ask(client, recording, format="raw", stream=stream).content
    number = STDOUT if stream == "stdout" else STDERR
    assert content == bytes(recording.printed[number])
    receipt = client.get(f"/api/v1/runs/{recording.run_id}/receipt").json()
    assert hashlib.sha256(content).hexdigest() == receipt[f"sha256_{stream}"]


def test_json_lines_are_exact_and_in_order_of_their_numbers(
    client: httpx.Client, recording: Recording
) -> None:
    answer = ask(client, recording)
    assert told(answer) == WANTED
    body = answer.json()
    assert (body["next_line"], body["total_lines"]) == (None, 9)
    assert not any(line["more"] for line in body["lines"])
    times = [line["t_ns"] for line in body["lines"]]
    assert times[0] == 1_000_000
    assert body["lines"][0]["timestamp"] == "2025-11-24T16:00:00.124456789Z"


def test_ndjson_has_the_same_lines(client: httpx.Client, recording: Recording) -> None:
    answer = ask(client, recording, format="ndjson")
    lines = [json.loads(text) for text in answer.text.splitlines() if text]
    assert lines == ask(client, recording).json()["lines"]
    assert answer.headers["content-type"] == "application/x-ndjson"


def test_text_has_each_line_once_each_with_its_newline(
    client: httpx.Client, recording: Recording
) -> None:
    answer = ask(client, recording, format="text")
    assert answer.content == b"".join(data for _, _, data in LINES) + b"\n"
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_csv_reads_back_and_starts_no_formula(
    client: httpx.Client, recording: Recording
) -> None:
    answer = ask(client, recording, format="csv")
    text = answer.content.decode()
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert [int(row["line"]) for row in rows] == [number for number, _, _ in LINES]
    assert rows[6]["content"] == '\x1b[31mred\x1b[0m \x00nul, "quoted"'
    assert rows[7]["content"] == "'=1+1"
    assert b64decode(rows[2]["base64"]) == b"\xff\xfe bytes"


@pytest.mark.parametrize("first", range(1, 11))
@pytest.mark.parametrize("last", [1, 4, 5, 9, 50])
def test_every_range_holds_its_lines_whole(
    client: httpx.Client, recording: Recording, first: int, last: int
) -> None:
    last = max(last, first)
    answer = ask(client, recording, from_=first, to=last)
    assert told(answer) == [line for line in WANTED if first <= line[0] <= last]
    following = last + 1 if last < 9 else None
    assert answer.json()["next_line"] == following


@pytest.mark.parametrize("stream", ["", "stdout", "stderr"])
@pytest.mark.parametrize("limit", [1, 2, 3, 100])
def test_pages_join_to_the_whole(
    client: httpx.Client, recording: Recording, stream: str, limit: int
) -> None:
    joined: list[tuple[int, str, bytes]] = []
    following: int | None = 1
    extra = {"stream": stream} if stream else {}
    while following is not None:
        answer = ask(client, recording, from_=following, limit=limit, **extra)
        assert len(told(answer)) <= limit
        joined += told(answer)
        following = answer.json()["next_line"]
    assert joined == [line for line in WANTED if not stream or line[1] == stream]


@pytest.mark.parametrize("count", [1, 2, 5, 9, 1000])
@pytest.mark.parametrize("stream", ["", "stdout", "stderr"])
def test_the_tail_is_the_last_lines(
    client: httpx.Client, recording: Recording, count: int, stream: str
) -> None:
    extra = {"stream": stream} if stream else {}
    wanted = [line for line in WANTED if not stream or line[1] == stream][-count:]
    assert told(ask(client, recording, tail=count, **extra)) == wanted
    answer = ask(client, recording, tail=count, format="text", **extra)
    assert answer.content == b"".join(data + b"\n" for _, _, data in wanted)


@pytest.mark.parametrize(
    ("params", "numbers"),
    [
        ({"q": "ERRÖR"}, []),  # Hyperscan folds ASCII only
        ({"q": "ERR"}, [5]),
        ({"q": "err", "case": 1}, [5]),
        ({"q": "ERR", "case": 1}, []),
        ({"q": "partial"}, [2]),
        ({"q": "n.*e", "regex": 1}, [5, 7, 9]),
        ({"q": "^$", "regex": 1}, [4]),
        ({"q": "e", "stream": "stderr"}, [5, 9]),
        ({"q": "e", "limit": 1}, [3]),
        ({"q": "e", "from": 4, "to": 7}, [5, 7]),
        ({"q": "=1+1"}, [8]),
    ],
)
def test_a_search_finds_exactly_the_lines_that_match(
    client: httpx.Client,
    recording: Recording,
    params: dict[str, object],
    numbers: list[int],
) -> None:
    answer = ask(client, recording, **params)
    assert [line["line"] for line in answer.json()["lines"]] == numbers
    assert all(line["match"] for line in answer.json()["lines"])
    ndjson = ask(client, recording, format="ndjson", **params).text.splitlines()
    assert [json.loads(text)["line"] for text in ndjson] == numbers


def test_context_is_shown_once_and_marked(
    client: httpx.Client, recording: Recording
) -> None:
    lines = ask(client, recording, q="e", context=1, limit=2).json()["lines"]
    assert [(line["line"], line["match"]) for line in lines] == [
        (2, False),
        (3, True),
        (4, False),
        (5, True),
        (6, False),
    ]


def test_a_search_says_where_to_go_on(
    client: httpx.Client, recording: Recording
) -> None:
    found: list[int] = []
    following: int | None = 1
    while following is not None:
        body = ask(client, recording, q="n", from_=following, limit=1).json()
        found += [line["line"] for line in body["lines"]]
        following = body["next_line"]
    assert found == [1, 2, 5, 7, 9]


def test_a_running_log_says_which_line_is_not_ended(
    served: Served, client: httpx.Client
) -> None:
    recording = Recording(served.parts, served.admin)
    recording.print((STDOUT, b"done\nopen "), (STDERR, b"whole\n"))
    body = ask(client, recording).json()
    assert [(line["line"], line["more"]) for line in body["lines"]] == [
        (1, False),
        (2, True),
        (3, False),
    ]
    assert body["next_line"] == 2
    recording.out(b"end\n")
    body = ask(client, recording, from_=2).json()
    assert [line["content"] for line in body["lines"]] == ["open end", "whole"]
    assert body["next_line"] == 4


def test_gaps_stand_in_their_places(served: Served, client: httpx.Client) -> None:
    recording = Recording(served.parts, served.admin)
    recording.print((STDOUT, b"before\n"), gap=(STDERR, 4096))
    recording.out(b"after\n")
    recording.close()
    lines = ask(client, recording).json()["lines"]
    gap = {"gap": "stderr", "after_line": 1, "bytes": 4096, "cause": "overrun"}
    assert [line.get("content", line) for line in lines] == ["before", gap, "after"]
    ndjson = ask(client, recording, format="ndjson").text.splitlines()
    assert json.loads(ndjson[1]) == gap


def test_a_long_log_streams_exactly_and_any_range_of_it_is_right(
    served: Served, client: httpx.Client
) -> None:
    recording = Recording(served.parts, served.admin)
    rows = [b"%06d %s\n" % (n, b"x" * (n % 97)) for n in range(1, 40_001)]
    for start in range(0, len(rows), 2500):
        recording.out(b"".join(rows[start : start + 2500]))
    recording.close()
    whole = b"".join(rows)
    assert ask(client, recording, format="raw").content == whole
    assert ask(client, recording, format="text").content == whole
    ndjson = ask(client, recording, format="ndjson").text.splitlines()
    assert len(ndjson) == len(rows)
    chosen = random.Random(7)
    for _ in range(20):
        first = chosen.randrange(1, 39_800)
        lines = told(ask(client, recording, from_=first, limit=200))
        assert lines == [
            (number, "stdout", rows[number - 1].removesuffix(b"\n"))
            for number in range(first, first + 200)
        ]
    assert len(told(ask(client, recording))) == 1000


def test_a_line_that_is_too_long_for_json_is_marked_and_raw_has_it_whole(
    served: Served, client: httpx.Client
) -> None:
    recording = Recording(served.parts, served.admin)
    block = bytes(range(32, 127)) * 2000
    for _ in range(30):
        recording.out(block)
    recording.print((STDOUT, b"\nnext\n"))
    recording.close()
    lines = ask(client, recording).json()["lines"]
    assert [line["more"] for line in lines] == [True, False]
    assert block.decode().startswith(lines[0]["content"][:10_000])
    raw = ask(client, recording, format="raw").content
    assert raw == block * 30 + b"\nnext\n"


def frames_of(content: bytes) -> list[Frame]:
    frames, at = [], 0
    while at < len(content):
        size = int.from_bytes(content[at : at + 4], "big")
        message = pb.Frame.FromString(content[at + 4 : at + 4 + size])
        frames.append(frame_from_pb(message))
        at += 4 + size
    return frames


def test_frames_and_chain_prove_the_receipt(
    client: httpx.Client, recording: Recording
) -> None:
    base = f"/api/v1/runs/{recording.run_id}"
    receipt = client.get(f"{base}/receipt").json()
    assert (receipt["status"], receipt["exit_code"]) == ("failed", 3)
    frames = frames_of(client.get(f"{base}/frames").content)
    links = client.get(f"{base}/chain").json()["links"]
    chain = empty_position(recording.run_id).chain
    for frame, link in zip(frames, links, strict=True):
        decode(frame)  # checks the digest
        assert frame.digest.hex() == link["digest"]
        chain = chain_link(chain, link["seq"], link["first_line"], frame.digest)
    assert chain.hex() == receipt["chain"]
    assert len(frames) == receipt["frames"]


def test_frames_and_links_go_on_from_where_one_stands(
    client: httpx.Client, recording: Recording
) -> None:
    base = f"/api/v1/runs/{recording.run_id}"
    frames = frames_of(client.get(f"{base}/frames", params={"after_seq": 3}).content)
    assert [frame.seq for frame in frames] == [4, 5]
    page = {"after_seq": 1, "limit": 2}
    links = client.get(f"{base}/chain", params=page).json()["links"]
    assert [link["seq"] for link in links] == [2, 3]
