from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from swiftlog_core.explain.source import (
    BLOCK_SIZE,
    BytesSource,
    FileSource,
    pieces,
)

if TYPE_CHECKING:
    from collections.abc import Iterator


class Cut:
    """A log whose blocks are cut where the test wants."""

    def __init__(self, blocks: list[bytes]) -> None:
        self._blocks = blocks

    def blocks(self) -> Iterator[bytes]:
        yield from self._blocks


@given(st.lists(st.sampled_from([b"a\n", b"b", b"\n", b"", b"cc\nd"]), max_size=30))
def test_pieces_lose_nothing_and_count_lines(blocks: list[bytes]) -> None:
    text = b"".join(blocks)
    line = 1
    joined = b""
    for piece in pieces(Cut(blocks)):
        assert not piece.inside
        assert piece.line == line
        line += piece.data.count(b"\n")
        joined += piece.data
    assert joined == text


def test_a_long_line_comes_in_pieces_of_one_line() -> None:
    text = b"first\n" + b"x" * (3 * BLOCK_SIZE) + b"\nlast\n"
    found = list(pieces(BytesSource(text)))
    assert b"".join(piece.data for piece in found) == text
    assert max(len(piece.data) for piece in found) <= 2 * BLOCK_SIZE
    assert any(piece.inside and piece.line == 2 for piece in found)


def test_a_file_reads_like_its_bytes(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(b"one\ntwo\n")
    source = FileSource(path)
    assert b"".join(source.blocks()) == b"one\ntwo\n"
    assert b"".join(source.blocks()) == b"one\ntwo\n"
