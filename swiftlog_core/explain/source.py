"""Where a log's text comes from: the seam between stored runs and explaining.

Owns the ``LogSource`` protocol, the two sources that need nothing else (bytes in
memory, a file), and the cutting of blocks into whole lines. It does not know what a
line means.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BLOCK_SIZE = 1 << 20


class LogSource(Protocol):
    """The text of one log, readable any number of times.

    The concatenation of ``blocks()`` is the log's text; line *k* is its *k*-th piece
    that ends at a newline (the last one may lack it). Blocks are cut anywhere and
    may be empty.
    """

    def blocks(self) -> Iterator[bytes]:
        """Yield the text from its start; each call starts again."""
        ...


class BytesSource:
    """A log that is in memory already."""

    def __init__(self, data: bytes) -> None:
        """Keep *data*; nothing is copied but the blocks as they are yielded."""
        self._data = data

    def blocks(self) -> Iterator[bytes]:
        """Yield the text in blocks of ``BLOCK_SIZE``."""
        data = self._data
        if len(data) <= BLOCK_SIZE:
            yield data
            return
        for start in range(0, len(data), BLOCK_SIZE):
            yield data[start : start + BLOCK_SIZE]


class FileSource:
    """A log in a text file, opened anew for each reading."""

    def __init__(self, path: Path) -> None:
        """Remember *path*; it is opened by ``blocks()``, which may raise OSError."""
        self._path = path

    def blocks(self) -> Iterator[bytes]:
        """Yield the file in blocks of ``BLOCK_SIZE``."""
        with self._path.open("rb", buffering=0) as file:
            while data := file.read(BLOCK_SIZE):
                yield data


class Piece(NamedTuple):
    """Some bytes of a log that start where a line starts, or inside a long line.

    ``line`` is the number of the line to which the first byte belongs. A piece with
    ``inside`` continues a line whose start was in the piece before. Every piece but
    the last and those inside a long line ends with a newline.
    """

    data: bytes
    line: int
    inside: bool


def pieces(source: LogSource) -> Iterator[Piece]:
    """Cut the text of *source* at line ends, holding at most two blocks.

    A line longer than a block is delivered in pieces of about a block, so that
    memory stays bounded whatever the log.
    """
    held: list[bytes] = []
    held_size = 0
    line = 1
    inside = False
    for block in source.blocks():
        cut = block.rfind(b"\n") + 1
        if not cut and held_size + len(block) < BLOCK_SIZE:
            held.append(block)
            held_size += len(block)
            continue
        end = cut or len(block)
        data = b"".join((*held, block[:end])) if held else block[:end]
        yield Piece(data, line, inside)
        line += data.count(b"\n")
        inside = not cut
        held = [block[end:]] if end < len(block) else []
        held_size = len(block) - end
    if held_size:
        yield Piece(b"".join(held), line, inside)
