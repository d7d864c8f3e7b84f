"""What is known of a block, as named numbers: the input of the ranker.

Each feature is 0 or 1, or a small number; the weights are in ``weights``. Features
speak of kinds of evidence and of positions, never of one project.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Final, NamedTuple

from swiftlog_core.explain.parser import TAIL, WORDS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from swiftlog_core.explain.blocks import Block
    from swiftlog_core.explain.reading import Reading
    from swiftlog_core.explain.sections import Outline

_DIGITS: Final = re.compile(r"[0-9]+")
# What the telling line says, in lower case. A feature holds when a pattern occurs;
# the words before it, of which one must occur too, make most lines cheap.
_SAYS: Final = tuple(
    (name, tuple(words.split("|")), re.compile(pattern) if pattern else None)
    for name, words, pattern in (
        (
            "says_error_label",
            "error",
            r"\A\W*(?:\w+ ){0,2}(?:fatal |syntax )?error\b ?[:\]!]",
        ),
        ("says_fatal", "fatal|panic|abort", r"\A\W*(?:fatal|panic|abort)"),
        ("says_fail", "fail", r"\bfail(?:ed|ure|ures|s|ing)?\b"),
        ("says_error", "error", ""),
        (
            "says_missing",
            "not found|no such|cannot find|could not find|missing|not exist|undefined",
            "",
        ),
        (
            "says_cannot",
            "cannot|can't|could not|couldn't|could n't|couldnot|unable to",
            "",
        ),
        (
            "says_expected",
            "expect|assert|should|but was|but got|but is|actual",
            "",
        ),
        ("says_warning", "warn", r"\bwarn"),
        ("says_deprecated", "deprecat", ""),
        (
            "says_passed",
            "pass|ok|success|✓|✔",
            r"\bpass(?:ed|es|ing)?\b|\bok\b|success|[✓✔]",
        ),
        (
            "says_zero",
            "error|fail|problem|warning",
            r"\b(?:0|no) (?:errors?|fail\w*|problems?|warnings?)",
        ),
        ("says_retry", "retry|trying again|attempt|will try", r"retry|tr|attempt \d"),
        ("says_ignored", "ignored|ignoring|skipp|optional|non-fatal", ""),
        ("says_info", "info|debug|notice|trace", r"\A\W*(?:info|debug|notice|trace)\b"),
        ("says_cross", "✖|✗|\u00d7|❌", r"\A.{0,30}[✖✗\u00d7❌]"),
        ("says_exit", "exit|return|zero", r"exit|returned|return code|non-?zero"),
        (
            "points_at_log",
            "see |for more|full log|complete log|re-run|rerun|visit ",
            r"see (?:/|above|the)|for more|log|re-?run|visit ",
        ),
    )
)
_EXCEPTION: Final = re.compile(r"[a-z](?:Exception|Error)\b")
NEAR: Final = 30  # lines before a command's failure in which most causes stand
_EMPTY_WORDS: Final = re.compile(r"[\W0-9_]|ERROR|ERR|npm")
_LOCATED: Final = re.compile(r"[\w/\\]\.\w{1,10}(?::\d+|\(\d+)")


class Scene(NamedTuple):
    """All that features of one log's blocks look at."""

    reading: Reading
    outline: Outline
    texts: Mapping[int, str]
    frequency: Mapping[str, int]
    novel: frozenset[int] | None
    novel_order: Mapping[int, int]


def make_scene(
    reading: Reading, outline: Outline, novel: frozenset[int] | None
) -> Scene:
    """Collect the texts of *reading* and count how often each template occurs."""
    texts = dict(reading.items())
    frequency = Counter(template(text) for text in texts.values())
    order = {number: place for place, number in enumerate(sorted(novel or ()))}
    return Scene(reading, outline, texts, frequency, novel, order)


def template(text: str) -> str:
    """Give *text* without what differs between occurrences: numbers."""
    return _DIGITS.sub("0", text[:300]).strip()


def features(block: Block, scene: Scene) -> dict[str, float]:
    """Name everything that holds of *block*, but for its rank among the others."""
    found: dict[str, float] = {
        f"kind_{block.kind}": 1.0,
        f"kind_{block.kind}_{block.severity}": 1.0,
    }
    key = scene.texts.get(block.key, "")[:600]
    found.update(_says(key))
    if block.first != block.key:
        found.update(_says(scene.texts.get(block.first, "")[:600]))
    if len(_EMPTY_WORDS.sub("", key)) < 2:  # noqa: PLR2004 - a lone letter
        found["says_nothing"] = 1.0
    if _LOCATED.search(key) or any(f.file for f in block.findings):
        found["located"] = 1.0
    if len(key) > 400:  # noqa: PLR2004 - command lines and dumps, seldom messages
        found["long_line"] = 1.0
    if block.key in scene.reading.red or block.first in scene.reading.red:
        found["red"] = 1.0
    if block.first in scene.reading.echo:
        found["echo_of_script"] = 1.0
    size = block.last - block.first + 1
    found["size_1" if size == 1 else "size_few" if size < 6 else "size_many"] = 1.0  # noqa: PLR2004 - about a paragraph
    count = scene.frequency.get(template(key), 1)
    found["repeated"] = min(6.0, float(count.bit_length() - 1))
    found.update(_position(block, scene))
    if scene.novel is not None:
        found.update(_novelty(block, scene))
    return found


def _says(text: str) -> dict[str, float]:
    """Name what a line says."""
    low = text.lower()
    found = {
        name: 1.0
        for name, words, pattern in _SAYS
        if any(word in low for word in words)
        and (pattern is None or pattern.search(low))
    }
    if _EXCEPTION.search(text):
        found["says_exception"] = 1.0
    return found


def _position(block: Block, scene: Scene) -> dict[str, float]:
    """Tell where a block stands relative to the commands that failed."""
    found: dict[str, float] = {}
    outline = scene.outline
    hard = outline.next_hard(block.last)
    if hard is None:
        found["after_last_failure"] = 1.0
    else:
        distance = hard.line - block.last
        found[f"hard_{_bucket(distance)}"] = 1.0
        if distance <= NEAR:
            found[f"near_{block.kind}_{block.severity}"] = 1.0
        if block.first >= hard.start:
            found["in_failed_command"] = 1.0
            length = hard.line - hard.start
            if length <= 15:  # noqa: PLR2004 - a command that printed next to nothing
                found["short_command"] = 1.0
                if block.kind == TAIL:
                    found["short_command_tail"] = 1.0
        if hard.line == outline.hard[0].line:
            found["first_failure"] = 1.0
    before = outline.last_before(block.first)
    if before is not None:
        found[f"since_{_bucket(block.first - before.line)}"] = 1.0
    return found


def _bucket(distance: int) -> str:
    """Name a distance in lines."""
    for limit in (3, 10, 30, 100, 300):
        if distance <= limit:
            return f"within_{limit}"
    return "far"


def _novelty(block: Block, scene: Scene) -> dict[str, float]:
    """Tell how much of a block did not occur in passing runs."""
    novel = scene.novel or frozenset()
    fresh = sum(number in novel for number in range(block.first, block.last + 1))
    found = {"novel_share": fresh / (block.last - block.first + 1)}
    if block.key in novel:
        found["novel_key"] = 1.0
    order = scene.novel_order
    found["news_before"] = order.get(block.first, 0) / max(1, len(order))
    if order.get(block.first) == 0:
        found["first_news"] = 1.0
    return found


def order_features(
    blocks: Sequence[Block], found: Sequence[dict[str, float]], scene: Scene
) -> None:
    """Add to *found* what a block is among those of its kind, in log order."""
    before: Counter[tuple[str, str, int]] = Counter()
    any_before: Counter[int] = Counter()
    seen: set[str] = set()
    order = sorted(range(len(blocks)), key=lambda i: (blocks[i].first, blocks[i].last))
    last_index: dict[tuple[str, str, int], int] = {}
    for index in order:
        block = blocks[index]
        hard = scene.outline.next_hard(block.last)
        section = hard.line if hard else 0
        group = (block.kind, block.severity, section)
        place = before[group]
        before[group] += 1
        last_index[group] = index
        if place == 0:
            found[index]["first_of_kind"] = 1.0
        found[index]["later_of_kind"] = min(3.0, float(place.bit_length()))
        if block.severity == "error" and block.kind not in (TAIL, WORDS):
            if not any_before[section]:
                found[index]["first_error"] = 1.0
            any_before[section] += 1
        text = template(scene.texts.get(block.key, ""))
        if text in seen:
            found[index]["said_before"] = 1.0
        seen.add(text)
    for index in last_index.values():
        found[index]["last_of_kind"] = 1.0
