"""Names a failure by what stays when it happens again elsewhere.

Stable under numbers, times, hexadecimal ids, paths up to the file's name, and
quoted temporary names.
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Final

from swiftlog_core.explain.shapes import ERROR

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from swiftlog_core.explain.rank import Ranked

_MASKS: Final = (
    (re.compile(r"(?:[A-Za-z]:)?(?:[\w.@~+-]*[/\\])+"), ""),
    (re.compile(r"\b(?=[0-9a-f-]*[0-9])[0-9a-f][0-9a-f-]{5,}\b", re.IGNORECASE), "#"),
    (re.compile(r"\b0x[0-9a-fA-F]+\b"), "#"),
    (re.compile(r"\btmp[\w.-]+"), "#"),
    (re.compile(r"[0-9]+"), "#"),
    (re.compile(r"\s+"), " "),
)


def fingerprint_of(
    ranked: Sequence[Ranked], texts: Mapping[int, str], command: Sequence[str]
) -> str:
    """Give 16 hexadecimal digits for the likeliest cause; empty without blocks."""
    if not ranked:
        return ""
    block = next(
        (r.block for r in ranked if r.block.severity == ERROR), ranked[0].block
    )
    parts = [block.kind, stable(texts.get(block.key, ""))]
    if command:
        parts.append(stable(command[0]))
    return hashlib.sha256("\n".join(parts).encode("utf-8", "replace")).hexdigest()[:16]


def stable(text: str) -> str:
    """Give *text* without what differs between two occurrences of one failure."""
    for pattern, replacement in _MASKS:
        text = pattern.sub(replacement, text[:1000])
    return text.strip()
