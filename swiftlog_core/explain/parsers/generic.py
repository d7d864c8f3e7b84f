"""Words of failure: for the output of tools that nobody has written a parser for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from swiftlog_core.events import Finding
from swiftlog_core.explain.parser import WORDS
from swiftlog_core.explain.scan import Trigger
from swiftlog_core.explain.shapes import (
    ERROR,
    INDENTED,
    MAX_LINE,
    MAX_MESSAGE,
    NOTE,
    WARNING,
    Shape,
    extend,
    literals,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from swiftlog_core.explain.parser import Window


_WORDS: Final = (
    b"error", b"fail", b"fatal", b"exception", b"panic", b"abort", b"cannot", b"can't",
    b"could not", b"couldn't", b"unable to", b"not found", b"no such", b"denied",
    b"timed out", b"timeout", b"undefined", b"unexpected", b"missing", b"invalid",
    b"refused", b"unsupported", b"not supported", b"mismatch", b"illegal",
    b"violation", b"killed", b"segmentation", b"incompatible", b"unresolved",
    b"not allowed", b"not exist", b"forbidden", b"unauthorized", b"incorrect",
    b"conflict", b"corrupt", b"critical", b"crash", b"not match", b"out of date",
    b"rejected", b"offense", b"not defined",
)  # fmt: skip
_WEAK_WORDS: Final = (
    b"unknown", b"does not", b"doesn't", b"must ", b"required", b"expected",
    b"deprecated", b"warning", b"duplicate", b"please ", b"broken", b"bad ", b"wrong",
    b"problem", b"issue",
)  # fmt: skip

# Words that name an outcome and deny it, or count it as zero.
_NEGATED: Final = re.compile(
    r"\b0 (?:errors?|fail|problems|issues|warnings|offenses)"
    r"|\bno (?:errors?|failures|problems|issues|offenses)\b"
    r"|(?:errors?|failures?|failed): 0\b(?!.*(?:errors?|failures?|failed): [1-9])"
    r"|without errors?|\bok *$|\.\.\. ?ok\b|\bpassed\b(?!.*fail)"
)
_MAY_NEGATE: Final = ("0 ", "no ", ": 0", "without", "ok", "passed")
# `error` and `fail` stand in many names; only as words do they say something.
_FAILS: Final = re.compile(
    r"\berrors?\b|\berr!|error[:\]]|[a-z]error\b|\bfail(?:ed|ure|ures|s|ing)?\b"
    r"|exception\b"
)
_STRONG: Final = tuple(
    word.decode()
    for word in _WORDS
    if word not in (b"error", b"fail", b"exception", b"offense")
)
_CROSSES: Final = "✖✗❌"
_FAR: Final = 30  # characters before a cross that is a bullet
_PREFIX: Final = 70  # characters in which a line calls itself a warning
_BELOW: Final = Shape(re.compile(""), more=INDENTED, limit=12)


class GenericParser:
    """Yields each line with a word of failure, judged by its words alone."""

    name = "generic"
    kind = WORDS
    triggers = (
        *(Trigger(word, caseless=True) for word in _WORDS),
        *(Trigger(word, caseless=True, weak=True) for word in _WEAK_WORDS),
        *literals(*_CROSSES),
    )

    def parse(self, window: Window) -> Iterator[Finding]:
        """Yield a finding for each place; an error takes the indented lines below."""
        done = -1
        for place in window.places:
            if place <= done:
                continue
            text = window.lines[place][:MAX_LINE]
            severity = _severity(text)
            done = extend(window.lines, place, _BELOW) if severity == ERROR else place
            yield Finding(
                self.name,
                severity,
                text.strip()[:MAX_MESSAGE],
                window.first_line + place,
                window.first_line + done,
            )


def _severity(text: str) -> str:
    """Judge one line: an error, a warning, or hardly worth a note."""
    if any(cross in text[:_FAR] for cross in _CROSSES):
        return ERROR
    low = text.lower()
    if any(word in low for word in _MAY_NEGATE) and _NEGATED.search(low):
        return NOTE
    if "warn" in low[:_PREFIX] or "deprecat" in low[:_PREFIX]:
        return WARNING
    if any(word in low for word in _STRONG) or _FAILS.search(low):
        return ERROR
    return NOTE


PARSER: Final = GenericParser()
