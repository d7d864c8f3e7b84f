"""Decides which of a model's claims may be shown.

The model may have been talked to by the log, and models invent. A claim is shown only
when its quote stands in the lines that it cites, and when its text keeps to what it
was shown: no link, no markup, no order, no verdict against the facts, and no
name, path or number that is not in the data. A doubtful claim is dropped and counted,
never mended. The rules are documented in ``docs/how-to/explain-with-a-model.md``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from swiftlog_core.explain.report import rules
from swiftlog_core.explain.report.facts import RECOMMENDATIONS
from swiftlog_core.explain.report.suspicion import speaks_to_a_model

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from swiftlog_core.explain.report.answer import Claim
    from swiftlog_core.explain.report.prompt import Material

MAX_CLAIMS: Final = 20
MAX_SPAN: Final = 200  # lines that one claim may cite
MIN_QUOTE: Final = 8
MAX_TEXT: Final = 500
MIN_TEXT: Final = 10


class Checked(NamedTuple):
    """The claims that check, and for each dropped one the reason, in one word."""

    kept: tuple[Claim, ...]
    dropped: tuple[str, ...]


class _Sight(NamedTuple):
    """What a claim is held against: its own lines and all that was shown."""

    cited: str
    data: str


def check(claims: Iterable[Claim], material: Material, *, failed: bool) -> Checked:
    """Keep the *claims* that hold against *material*; *failed*: so did the run."""
    kept: list[Claim] = []
    dropped: list[str] = []
    seen: set[str] = set()
    data = _flat(material.rows)
    for claim in claims:
        reason = _fault(claim, material, data, failed=failed)
        flat = _flat(claim.text)
        if not reason and flat in seen:
            reason = "repeated"
        if not reason and len(kept) >= MAX_CLAIMS:
            reason = "surplus"
        if reason:
            dropped.append(reason)
        else:
            seen.add(flat)
            kept.append(claim)
    return Checked(tuple(kept), tuple(dropped))


def _fault(claim: Claim, material: Material, data: str, *, failed: bool) -> str:
    """Return why *claim* is dropped; empty when it may be shown."""
    cited, reason = _cited(claim, material)
    if reason:
        return reason
    if not MIN_TEXT <= len(claim.text.strip()) <= MAX_TEXT:
        return "length"
    sight = _Sight(cited, data)
    for word, is_broken in _RULES:
        if is_broken(claim, sight):
            return word
    if failed and rules.says_that_all_is_well(claim.text):
        return "verdict"
    return ""


def _cited(claim: Claim, material: Material) -> tuple[str, str]:
    """Return the text of the lines that *claim* cites, and what is wrong with them."""
    first, last = claim.first_line, claim.last_line
    if not 0 < first <= last or last - first >= MAX_SPAN:
        return "", "lines"
    numbers = range(first, last + 1)
    if any(number in numbers for number in material.withheld):
        return "", "withheld"
    lines = [material.shown[number] for number in numbers if number in material.shown]
    if not lines or first not in material.shown or last not in material.shown:
        return "", "lines"
    if not _is_quoted(claim.quote, lines):
        return "", "quote"
    # A sentence that merely stands in the log proves nothing, whoever printed it.
    if not any(number in numbers for number in material.evidence):
        return "", "evidence"
    return _flat(" ".join(lines)), ""


def _is_quoted(quote: str, lines: Sequence[str]) -> bool:
    """Tell whether *quote* stands in *lines*, blanks apart; letter case counts."""
    wanted = " ".join(quote.split())
    if len(wanted) < MIN_QUOTE and wanted not in (" ".join(x.split()) for x in lines):
        return False
    # A text of blanks alone proves nothing; nor does one of dashes.
    if sum(map(str.isalnum, wanted)) < min(MIN_QUOTE, len(wanted)) // 2 + 1:
        return False
    return wanted in " ".join(" ".join(lines).split())


def _flat(text: str) -> str:
    return " ".join(text.split()).lower()


_RULES: Final[Sequence[tuple[str, Callable[[Claim, _Sight], bool]]]] = (
    ("hidden", lambda claim, _: rules.hides_something(claim.text)),
    ("link", lambda claim, sight: rules.has_link(claim.text, sight.cited)),
    ("markup", lambda claim, sight: rules.has_markup(claim.text, sight.cited)),
    ("mention", lambda claim, sight: rules.has_mention(claim.text, sight.cited)),
    ("command", lambda claim, sight: rules.has_new_command(claim.text, sight.data)),
    ("order", lambda claim, _: speaks_to_a_model(claim.text)),
    (
        "order",
        lambda claim, sight: rules.urges(
            claim.text, sight.cited, advises=claim.section == RECOMMENDATIONS
        ),
    ),
    ("invented", lambda claim, sight: bool(rules.invented(claim.text, sight.data))),
    ("unrelated", lambda claim, sight: not rules.is_about(claim.text, sight.cited)),
)
