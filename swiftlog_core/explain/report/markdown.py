"""Puts captured and generated text into Markdown so that none of it acts.

A report ends up in a pull request's comment, a job summary, a web page. There,
mentions notify people, links are clicked, images are fetched and HTML is rendered.
Captured text therefore goes into code, where none of that happens. A model's prose is
taken word by word: plain words pass, every other word goes into code too.
Escaping alone would not do: forges look for mentions, issue numbers and addresses in
the text *after* Markdown was rendered, where a backslash is gone.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Final

from swiftlog_core.stream.printable import printable_text

if TYPE_CHECKING:
    from collections.abc import Iterable

MAX_SPAN: Final = 300
_SHORTEST_FENCE: Final = 3

# Format, private and unassigned characters hide or reorder text; so do fillers and
# variation selectors, which Unicode counts among letters and marks.
_HIDDEN_CATEGORIES: Final = frozenset(("Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"))
_FILLERS: Final = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
_SELECTORS: Final = (
    range(0x180B, 0x1810),
    range(0xFE00, 0xFE10),
    range(0xE0100, 0xE01F0),
)

# A plain word: ASCII letters, as others could pass look-alikes for words, with inner
# hyphens or apostrophes; or a small number; and ordinary punctuation around it. No
# dot inside: `example.com` is no plain word.
_PLAIN: Final = re.compile(
    r"""[("']?(?:[A-Za-z]+(?:[-'/][A-Za-z]+)*|\d{1,6}(?:,\d{3})?%?)[.,;:!?)"']{0,3}"""
)
_JOINTS: Final = frozenset("-=\u2013\u2014")
_CURLY: Final = str.maketrans("\u2018\u2019\u201c\u201d", "''\"\"")
_HEXADECIMAL: Final = re.compile(r"[0-9a-f]{7,40}", re.IGNORECASE)
_LABELLED: Final = re.compile(r"!?\[([^\]\[]{0,300})\]\([^()\s]{0,500}[^()]{0,100}\)")
_SPANS: Final = re.compile(r"(`+)(.{1,400}?)\1(?!`)")


def inert(text: str) -> str:
    """Return one line of *text* in which nothing is hidden or active."""
    shown = printable_text(text.expandtabs(4))
    if shown.isascii():
        return shown
    return "".join(map(_visible, shown))


def code_span(text: str, limit: int = MAX_SPAN) -> str:
    """Return *text* as inline code, at most *limit* characters of it."""
    shown = " ".join(inert(text).split())
    if len(shown) > limit:
        shown = shown[: limit - 1] + "…"
    if not shown:
        return "(empty)"
    fence = "`" * (_longest_run(shown) + 1)
    # The blanks are taken off when it is rendered; they keep ticks at the ends apart.
    pad = " " if "`" in (shown[0], shown[-1]) else ""
    return f"{fence}{pad}{shown}{pad}{fence}"


def code_block(lines: Iterable[str]) -> str:
    """Return *lines* as a fenced block that none of them can end."""
    body = [inert(line) for line in lines]
    longest = max(map(_longest_run, body), default=0)
    fence = "`" * max(_SHORTEST_FENCE, longest + 1)
    return "\n".join((f"{fence}text", *body, fence))


def prose(text: str) -> str:
    """Return a sentence that a model wrote as Markdown in which nothing acts.

    Links and images shrink to their labels. Words that are not plain, and what
    stands between back-ticks, become inline code; ticks without a partner go.
    """
    flat = " ".join(inert(_LABELLED.sub(r"\1", text.translate(_CURLY))).split())
    parts: list[str] = []
    end = 0
    for match in _SPANS.finditer(flat):
        parts += map(_word, flat[end : match.start()].split())
        parts.append(code_span(match[2]))
        end = match.end()
        if end < len(flat) and flat[end] in ".,;:!?)":
            parts[-1] += flat[end]
            end += 1
    parts += map(_word, flat[end:].split())
    return " ".join(part for part in parts if part)


def citation(first: int, last: int) -> str:
    """Return the mark that cites lines *first* to *last* of the log."""
    return f"[L{first}]" if first >= last else f"[L{first}-L{last}]"


def _word(word: str) -> str:
    bare = word.replace("`", "")
    if not bare or bare in _JOINTS:
        return "\u2013" if bare else ""
    core = bare.strip("(\"'.,;:!?)")
    is_hash = bool(_HEXADECIMAL.fullmatch(core)) and not core.isalpha()
    if _PLAIN.fullmatch(bare) and not is_hash:
        # "1." and "1)" at the start of a line would open a list.
        return re.sub(r"^(\d+)([.)])$", r"\1\\\2", bare)
    body = bare.rstrip(".,;:!?") or bare
    return code_span(body) + bare[len(body) :]


def _longest_run(text: str) -> int:
    return max(map(len, re.findall("`+", text)), default=0)


def _visible(character: str) -> str:
    code = ord(character)
    if (
        unicodedata.category(character) in _HIDDEN_CATEGORIES
        or character in _FILLERS
        or any(code in selectors for selectors in _SELECTORS)
    ):
        return f"\\u{code:04x}"
    return character
