"""Words of failure: for the output of tools that nobody has written a parser for."""

from __future__ import annotations

import re
from typing import Final

from swiftlog_core.explain.parser import WORDS
from swiftlog_core.explain.scan import Trigger
from swiftlog_core.explain.shapes import (
    INDENTED,
    NOTE,
    WARNING,
    Shape,
    ShapeParser,
    literals,
)

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
_NEGATED = re.compile(
    r"(?i).*(?:\b0 (?:errors?|fail|problems|issues|warnings|offenses)"
    r"|\bno (?:errors?|failures|problems|issues|offenses)\b"
    r"|(?:errors?|failures?|failed): 0\b(?!.*(?:errors?|failures?|failed): [1-9])"
    r"|without errors?|\bok\b *$|\.\.\. ?ok\b|\bpassed\b(?!.*fail))"
)
_STRONG = re.compile(
    r"(?i).*(?:\berrors?\b|\berr!|error[:\]]|[a-z]error\b|\bfail(?:ed|ure|ures|s"
    r"|ing)?\b"
    r"|\bfatal\b|exception\b|\bpanic|\babort(?:ed|ing)\b|\bcannot\b|can't\b"
    r"|could ?n[o']t|\bunable to|not found|no such|\bdenied\b|timed ?out|timeout"
    r"|undefined|unexpected|\bmissing\b|\binvalid\b|\brefused\b|\bunresolved\b"
    r"|\bkilled\b|segmentation|not (?:exist|allowed|supported|defined|match)"
    r"|\bforbidden\b|unauthorized|mismatch|\bcrash|✖|✗|❌)"
)
_WARNING = re.compile(r"(?i).{0,60}\b(?:warn(?:ing)?|deprecat(?:ed|ion))\b")
_CROSS = re.compile(r".{0,30}[✖✗❌] ?(?P<message>.*)")
_WEAK = re.compile(r".*")

PARSER: Final = ShapeParser(
    "generic",
    WORDS,
    (
        *(Trigger(word, caseless=True) for word in _WORDS),
        *(Trigger(word, caseless=True, weak=True) for word in _WEAK_WORDS),
        *literals("✖", "✗", "❌"),
    ),
    (
        Shape(_CROSS, more=INDENTED, limit=12),
        Shape(_NEGATED, severity=NOTE),
        Shape(_WARNING, severity=WARNING),
        Shape(_STRONG, more=INDENTED, limit=12),
        Shape(_WEAK, severity=NOTE),
    ),
)
