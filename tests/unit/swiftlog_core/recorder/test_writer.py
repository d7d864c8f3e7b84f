"""The writer loses nothing, and counts exactly what a full disk does not take."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from swiftlog_core.events import STDERR, STDOUT, Gap, RunInfo
from swiftlog_core.recorder import writer as module
from swiftlog_core.recorder.writer import Writer
from swiftlog_core.stream.frame import Draft, Framer, Sealer
from swiftlog_core.stream.layout import advance, decode, empty_position
from swiftlog_core.stream.lines import Piece, pieces
from swiftlog_core.stream.spool import Spool

RUN_ID = "01890a5d-ac96-774b-bcce-b302099a8057"
INFO = RunInfo(RUN_ID, "p", "g", ("x",), "/", 1)
START = empty_position(RUN_ID)


def noise(size: int) -> bytes:
    """Return a line that does not compress."""
    return os.urandom(size - 1).replace(b"\n", b"x") + b"\n"


def drafts_of(framer: Framer, stream: int, t_ns: int, data: bytes) -> list[Draft]:
    return [*framer.add(stream, t_ns, data), *framer.take(0, final=True)]


def checked(path: Path) -> tuple[bytes, bytes, list[Gap]]:
    """Read both streams and the gaps, checking each frame against its predecessor."""
    texts, gaps, position = {STDOUT: b"", STDERR: b""}, [], START
    with Spool.read(path) as spool:
        for frame in spool.frames():
            body = decode(frame)
            position = advance(position, frame, body)
            for piece in pieces(frame.first_line, body):
                if isinstance(piece, Piece):
                    texts[piece.stream] += piece.data
                else:
                    gaps.append(piece)
        assert spool.position() == position
    return texts[STDOUT], texts[STDERR], gaps


def test_all_drafts_are_committed_in_order_and_acknowledged(tmp_path: Path) -> None:
    path, acknowledged = tmp_path / "a.slog", []
    framer, total = Framer(START), 0
    with Spool.create(path, INFO) as spool:
        writer = Writer(
            spool, Sealer(START.chain), START, lambda *raw: acknowledged.append(raw)
        )
        for number in range(500):
            data = b"line %d\n" % number
            total += len(data)
            writer.put(drafts_of(framer, STDOUT, number, data), (total, 0))
        writer.finish()
    out, _, gaps = checked(path)
    assert out == b"".join(b"line %d\n" % n for n in range(500))
    assert (gaps, writer.gaps, writer.position.seq) == ([], 0, 500)
    assert acknowledged[-1] == (total, 0)
    assert acknowledged == sorted(acknowledged)


def limit_pages(spool: Spool, pages: int) -> None:
    spool._db.execute(f"PRAGMA max_page_count={pages}")


@pytest.mark.parametrize("recovers", [True, False])
def test_a_full_disk_becomes_a_gap_of_the_exact_size(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, recovers: bool
) -> None:
    monkeypatch.setattr(module, "PENDING_LIMIT", 300_000)
    path, framer = tmp_path / "a.slog", Framer(START)
    sent: list[tuple[int, bytes]] = []
    with Spool.create(path, INFO) as spool:
        writer = Writer(spool, Sealer(START.chain), START, lambda *_: None)

        def send(count: int) -> None:
            for number in range(count):
                stream = STDERR if number % 3 == 0 else STDOUT
                data = noise(20_000)
                sent.append((stream, data))
                writer.put(drafts_of(framer, stream, len(sent), data), (0, 0))

        send(10)
        while writer.position.seq < 10:
            os.sched_yield()
        limit_pages(spool, 40)
        send(60)
        while not writer._queue.empty():
            os.sched_yield()
        if recovers:
            limit_pages(spool, 1 << 30)
            send(10)
        writer.finish()
    out, err, gaps = checked(path)
    kept, printed = len(out) + len(err), sum(len(data) for _, data in sent)
    assert writer.error
    assert kept + writer.gap_bytes == printed
    assert writer.gap_bytes > 0
    if recovers:
        assert sum(gap.size for gap in gaps) == writer.gap_bytes
        assert {gap.cause for gap in gaps} == {"disk_full"}
        tail = b"".join(data for stream, data in sent[-4:] if stream == STDOUT)
        assert out.endswith(tail)
    for stream, text in ((STDOUT, out), (STDERR, err)):
        lost = sum(len(data) for which, data in sent if which == stream) - len(text)
        if recovers:
            assert sum(gap.size for gap in gaps if gap.stream == stream) == lost
