"""All that is looked for, literals and shapes, behind two questions about a block.

Which matches does it hold, and what at its end is undecided?
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from swiftlog_core.stream.mask.engine import Engine
from swiftlog_core.stream.mask.forms import forms
from swiftlog_core.stream.mask.literals import Literal, LiteralSet, Tail
from swiftlog_core.stream.mask.scanners import LiteralScanner, Pattern
from swiftlog_core.stream.mask.secret import label
from swiftlog_core.stream.mask.shapes import PLAIN, Match, ShapeSet

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from swiftlog_core.stream.mask.scanners import Place
    from swiftlog_core.stream.mask.secret import Secret
    from swiftlog_core.stream.mask.shapes import Shape

# (start, rank, -stop, match): sorted, the first at a start names the mask there.
Ranked = tuple[int, int, int, Match]


class Vocabulary:
    """Grows, never shrinks. Callers serialise."""

    def __init__(self, shapes: Sequence[Shape], engine: Engine | None = None) -> None:
        """Look for *shapes*, and for literals as they are added."""
        self.engine = engine or Engine()
        self._shapes = ShapeSet(shapes)
        self._shape_count = len(shapes)
        self._literals = LiteralSet()
        self._known: set[tuple[bytes, int]] = set()
        self._numbered: list[Literal] = []
        self.engine.add([Pattern(s.trigger.core, s.trigger) for s in shapes])

    def add(self, secrets: Iterable[Secret]) -> list[Literal]:
        """Look for every form of *secrets* too; return those that are new.

        A form that two secrets share keeps the name of the first.
        """
        fresh: list[Literal] = []
        for secret in secrets:
            text = label(secret.name)
            for form in forms(secret.value):
                if (form.data, form.start) not in self._known:
                    self._known.add((form.data, form.start))
                    fresh.append(Literal(form.data, form.start, form.stop, text))
        self._literals.add(fresh)
        self._numbered += fresh
        self.engine.add([Pattern(literal.head) for literal in fresh])
        return fresh

    def matches(self, block: bytes, floor: int, *, final: bool) -> list[Ranked]:
        """Give the decided matches of *block* from *floor* on, sorted."""
        places = self.engine.places(block)
        if not places:
            return []
        return self._decide(block, places, floor, final=final)

    def matches_of(
        self, fresh: Sequence[Literal], block: bytes, low: int
    ) -> list[Ranked]:
        """Give the matches from *low* on of the literals that were added last."""
        first = self._shape_count + len(self._numbered) - len(fresh)
        patterns = [Pattern(literal.head) for literal in fresh]
        places = LiteralScanner(patterns, first).places(block, low)
        return self._decide(block, places, low, final=True)

    def tail(self, block: bytes, line: int, floor: int) -> Tail:
        """Find what at the end of *block* is undecided; *line* starts its last line."""
        return self._literals.tail(block, line, floor).earlier(
            self._shapes.tail(block, line, floor)
        )

    def _decide(
        self, block: bytes, places: list[Place], floor: int, *, final: bool
    ) -> list[Ranked]:
        found: list[Ranked] = []
        shape_count = self._shape_count
        for end, number in places:
            if number < shape_count:
                match = self._shapes.shapes[number].match(
                    block, end, floor, final=final
                )
                if match is not None:
                    found.append((match.start, number + 1, -match.stop, match))
                continue
            literal = self._numbered[number - shape_count]
            context = end - len(literal.head)
            if context < floor or not block.startswith(literal.data, context):
                continue
            start, stop = context + literal.start, context + literal.stop
            match = Match(start, stop, literal.text, context, open=False, kind=PLAIN)
            found.append((start, 0, -stop, match))
        found.sort()
        return found
