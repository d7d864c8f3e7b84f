"""Templates of lines, and the set of them that passing runs printed.

A template is what stays of a line when digits and the letters of hexadecimal
numbers are deleted, which ``bytes.translate`` does for whole blocks at memory speed.
That also empties words of these letters, but two lines that differ in nothing else
are rare, and a random id leaves no trace at all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from swiftlog_core.explain.source import pieces

if TYPE_CHECKING:
    from collections.abc import Iterable

    from swiftlog_core.explain.reading import Reading
    from swiftlog_core.explain.source import LogSource

_DELETED: Final = b"0123456789abcdefABCDEF \t\r-:.,"
MAX_TEMPLATES: Final = 400_000
MAX_TEMPLATE: Final = 200


def templates_of(data: bytes) -> list[bytes]:
    """Give the template of each line of *data*, which is in reading form."""
    return data.translate(None, _DELETED).split(b"\n")


class Baseline:
    """The templates of passing runs, at most ``MAX_TEMPLATES`` of them."""

    def __init__(self) -> None:
        """Begin with no template."""
        self._known: set[int] = set()
        self._known_raw: set[int] = set()

    @classmethod
    def of(cls, sources: Iterable[LogSource]) -> Baseline:
        """Collect the templates of *sources*, reading each once."""
        from swiftlog_core.explain.normalise import normalise

        baseline = cls()
        for source in sources:
            for piece in pieces(source):
                baseline.add(normalise(piece.data), piece.data)
        return baseline

    def add(self, data: bytes, raw: bytes) -> None:
        """Add the templates of whole lines, in reading form and as printed."""
        if len(self._known) < MAX_TEMPLATES:
            self._known.update(map(hash, set(templates_of(data))))
        if len(self._known_raw) < MAX_TEMPLATES:
            self._known_raw.update(map(hash, set(templates_of(raw))))

    def knows(self, template: bytes) -> bool:
        """Tell whether a passing run printed a line of this template."""
        return hash(template) in self._known

    def strange(self, raw: bytes) -> set[bytes]:
        """Give the templates of *raw* lines as printed that are not known.

        Reading form takes longer; this chooses the lines that are worth it.
        """
        templates = set(templates_of(raw))
        known = self._known_raw
        return {t for t in templates if hash(t) not in known and len(t) > 1}


def novel_lines(reading: Reading, baseline: Baseline) -> frozenset[int]:
    """Give the numbers of lines that no passing run printed the like of."""
    novel: set[int] = set()
    for region in reading.regions:
        for number, template in enumerate(templates_of(region.data), region.first_line):
            if len(template) > 1 and not baseline.knows(template):
                novel.add(number)
    return frozenset(novel)
