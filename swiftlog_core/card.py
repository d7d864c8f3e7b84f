"""The card of a failed run: its cause in a few lines, for a terminal.

Printed after a failed ``swiftlog run`` and by ``swiftlog show``. Pure: the same
explanation gives the same text. Nothing of the log can act on the terminal.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from swiftlog_core.stream.printable import printable_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from swiftlog_core.events import ExcerptLine, Finding
    from swiftlog_core.explain.api import Explanation

MAX_LINES: Final = 10
CONTEXT: Final = 2
DEFAULT_WIDTH: Final = 80
MIN_WIDTH: Final = 40
SHORT_ID: Final = 18  # of a UUIDv7: its milliseconds and 12 random bits
_RULER: Final = re.compile(r"([=_*#~-])\1{9,}")
_RED: Final = "31;1"
_BOLD: Final = "1"
_DIM: Final = "2"


def render_card(
    explanation: Explanation, width: int = 80, *, color: bool = False, run_id: str = ""
) -> str:
    """Return the card, without a last newline; empty when the log tells nothing.

    Rows have at most *width* columns (0: not known), but the last, which says what to
    type for more of run *run_id* and is never cut.
    """
    lines = shown_lines(explanation)
    if not lines:
        return ""
    paint = _Paint(max(width or DEFAULT_WIDTH, MIN_WIDTH), color=color)
    finding = leading_finding(explanation)
    rows = list(_head(paint, finding, lines, explanation))
    digits = len(str(lines[-1].number))
    before = lines[0].number - 1
    for line in lines:
        if line.number != before + 1:
            rows.append(paint.row("│", f"  {'⋮'.rjust(digits)}", _DIM))
        before = line.number
        mark = ">" if line.cause else " "
        text = f"{mark} {line.number:>{digits}}  {_flat(line.text)}"
        rows.append(paint.row("│", text, "" if line.cause else _DIM))
    more = _more(explanation, lines, run_id[:SHORT_ID])
    rows.append(paint.row("╰", more, _DIM, whole=True))
    return "\n".join(rows)


def leading_finding(explanation: Explanation) -> Finding | None:
    """Return the finding that covers the most telling line; None without one."""
    for number in explanation.ranked[:MAX_LINES]:
        for finding in explanation.findings:
            if (
                finding.severity == "error"
                and finding.first_line <= number <= finding.last_line
            ):
                return finding
    return None


def shown_lines(explanation: Explanation) -> list[ExcerptLine]:
    """Return at most ``MAX_LINES`` lines of the excerpt, in log order.

    The most telling ones, and around the first what stands next to it.
    """
    lines = {line.number: line for line in explanation.excerpt.lines}
    ranked = [number for number in explanation.ranked if number in lines]
    if not ranked:
        return []
    chosen = set(ranked[: MAX_LINES - CONTEXT])
    first = ranked[0]
    near = [first - 1, first + 1, first - CONTEXT, first + CONTEXT]
    for number in (*near, *ranked):
        if len(chosen) < MAX_LINES and number in lines:
            chosen.add(number)
    return [lines[number] for number in sorted(chosen)]


class _Paint:
    """Cuts rows to the width and colours them."""

    def __init__(self, width: int, *, color: bool) -> None:
        self._width = width
        self._color = color

    def row(self, edge: str, text: str, style: str = "", *, whole: bool = False) -> str:
        room = self._width - 2
        if len(text) > room and not whole:
            text = text[: room - 1] + "…"
        if not self._color:
            return f"{edge} {text}".rstrip()
        body = f"\x1b[{style}m{text}\x1b[0m" if style else text
        return f"\x1b[{_DIM}m{edge}\x1b[0m {body}"


def _head(
    paint: _Paint,
    finding: Finding | None,
    lines: Sequence[ExcerptLine],
    explanation: Explanation,
) -> Iterator[str]:
    if finding is None:
        texts = {line.number: line.text for line in lines}
        top = next(n for n in explanation.ranked if n in texts)
        yield paint.row("╭", _flat(texts[top]).strip(), _RED)
        return
    yield paint.row("╭", f"{finding.tool}: {_flat(finding.message).strip()}", _RED)
    place = _place(finding, explanation)
    if place:
        yield paint.row("│", f"at {_flat(place)}", _BOLD)


def _place(finding: Finding, explanation: Explanation) -> str:
    """Return file, line and column of *finding*, else of one that lies within it."""
    within = (
        one
        for one in explanation.findings
        if one.file
        and one.severity == "error"
        and finding.first_line <= one.first_line <= finding.last_line
    )
    located = finding if finding.file else next(within, finding)
    parts = (located.file, located.line, located.column)
    return ":".join(str(part) for part in parts if part)


def _flat(text: str) -> str:
    """Return *text* on one line, with nothing active, and rulers cut short."""
    flat = printable_text(text.expandtabs(4).replace("\n", " "))
    return _RULER.sub(r"\1\1\1", flat)


def _more(explanation: Explanation, lines: Sequence[ExcerptLine], run_id: str) -> str:
    count = f"{len(lines)} of {explanation.counts.lines} lines"
    return f"{count}; more: swiftlog logs {run_id} --failed" if run_id else count
