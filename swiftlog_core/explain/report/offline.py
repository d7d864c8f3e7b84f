"""The report that needs no model: statements from findings, excerpt and run record.

Deterministic: the same explanation gives the same text. Each statement cites the
log lines that it rests on, or the run's record.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from swiftlog_core.explain.report.advice import recommend
from swiftlog_core.explain.report.facts import (
    ERRORS,
    SECTIONS,
    SUMMARY,
    WARNINGS,
    Statement,
)
from swiftlog_core.explain.report.markdown import code_block, code_span

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from swiftlog_core.events import ExitStatus, Finding
    from swiftlog_core.explain.api import Explanation
    from swiftlog_core.explain.report.facts import RunFacts

MAX_ERRORS: Final = 20
MAX_WARNINGS: Final = 10
MAX_COMMAND: Final = 200
_NAME: Final = re.compile(r"[a-z][a-z0-9-]{0,40}")
BEST_LINES: Final = 10  # a finding that covers none of these does not lead


def state(
    explanation: Explanation, facts: RunFacts, kinds: Mapping[str, str]
) -> list[Statement]:
    """List the report's statements, section by section."""
    errors = _by_telling(explanation, "error")
    warnings = _by_telling(explanation, "warning")
    advice = []
    if explanation.failed:
        advice = recommend(errors, kinds, facts.exit_status, explanation.counts.lines)
    return [
        *_summary(explanation, facts, errors),
        *_listed(ERRORS, errors, MAX_ERRORS),
        *_listed(WARNINGS, warnings, MAX_WARNINGS),
        *advice,
    ]


def render(explanation: Explanation, statements: Sequence[Statement]) -> str:
    """Return the report in Markdown, ending with a newline."""
    title = "# Why it failed" if explanation.failed else "# Nothing failed"
    parts = [title]
    for section in SECTIONS:
        rows = [s.cited for s in statements if s.section == section]
        if rows:
            parts.append(f"## {section}")
            parts.append("\n".join(f"- {row}" for row in rows))
        if section == SUMMARY and explanation.excerpt.lines:
            parts.append(code_block(excerpt_rows(explanation)))
    return "\n\n".join(parts) + "\n"


def excerpt_rows(explanation: Explanation) -> Iterator[str]:
    """Yield the excerpt with line numbers; `>` marks what carries the cause."""
    lines = explanation.excerpt.lines
    digits = len(str(lines[-1].number)) if lines else 0
    before = 0
    for line in lines:
        if before and line.number != before + 1:
            yield "⋮".rjust(digits + 2)
        before = line.number
        mark = ">" if line.cause and explanation.failed else " "
        yield f"{mark} {line.number:>{digits}}  {line.text}"


def _summary(
    explanation: Explanation, facts: RunFacts, errors: Sequence[Finding]
) -> Iterator[Statement]:
    if facts.command or facts.exit_status is not None:
        yield Statement(SUMMARY, _ending(facts))
    lines = explanation.counts.lines
    if not lines:
        if not facts.command:
            yield Statement(SUMMARY, "The log is empty.")
        return
    if not explanation.failed:
        text = "Nothing in this log says that something failed."
        yield Statement(SUMMARY, text, 1, lines)
        return
    leading = errors[0] if errors else None
    if leading is not None and _covers_a_best_line(leading, explanation):
        yield Statement(
            SUMMARY,
            "Most telling: " + _described(leading),
            leading.first_line,
            leading.last_line,
        )
    elif explanation.ranked:
        top = explanation.ranked[0]
        text = "Most telling is this line; no known tool printed it."
        yield Statement(SUMMARY, text, top, top)
    else:
        text = "It failed, and its log does not say why."
        yield Statement(SUMMARY, text, 1, lines)
    if explanation.divergence:
        first = explanation.divergence
        count = len(explanation.news)
        text = f"First of {count} lines that no passing run printed the like of."
        yield Statement(SUMMARY, text, first, first)
    if len(errors) > 1:
        spanned = min(e.first_line for e in errors), max(e.last_line for e in errors)
        yield Statement(SUMMARY, f"{len(errors)} errors in all.", *spanned)


def _covers_a_best_line(finding: Finding, explanation: Explanation) -> bool:
    lines = range(finding.first_line, finding.last_line + 1)
    return any(number in lines for number in explanation.ranked[:BEST_LINES])


def _ending(facts: RunFacts) -> str:
    command = code_span(" ".join(facts.command), MAX_COMMAND) if facts.command else ""
    subject = f"The command {command}" if command else "The run"
    return f"{subject} {_how(facts.exit_status)}."


def _how(status: ExitStatus | None) -> str:
    if status is None:
        return "has not ended"
    if status.exit_code is None:
        words = "was lost sight of"
    else:
        words = f"ended with exit code {status.exit_code}"
    if status.signal:
        words += f", by signal {status.signal}"
    if status.cause:
        words += f" (cause: {code_span(status.cause)})"
    return words


def _by_telling(explanation: Explanation, severity: str) -> list[Finding]:
    """List the findings of *severity*, those at the best ranked lines first."""
    places = {number: place for place, number in enumerate(explanation.ranked)}
    last = len(places)

    def telling(finding: Finding) -> tuple[int, int]:
        lines = range(finding.first_line, finding.last_line + 1)
        # A finding may span more lines than are ranked: look through the fewer.
        if len(lines) > last:
            ranks = (place for number, place in places.items() if number in lines)
        else:
            ranks = (places[number] for number in lines if number in places)
        return min(ranks, default=last), finding.first_line

    found: dict[tuple[int, int], Finding] = {}
    for finding in explanation.findings:
        # Two parsers may know the same lines; the first is the more special one.
        if finding.severity == severity:
            lines = finding.first_line, finding.last_line
            known = found.setdefault(lines, finding)
            if finding.file and not known.file:
                found[lines] = finding
    return sorted(found.values(), key=telling)


def _listed(
    section: str, findings: Sequence[Finding], limit: int
) -> Iterator[Statement]:
    for finding in findings[:limit]:
        lines = finding.first_line, finding.last_line
        yield Statement(section, _described(finding), *lines)
    rest = findings[limit:]
    if rest:
        first = min(finding.first_line for finding in rest)
        last = max(finding.last_line for finding in rest)
        text = f"{limit} of {len(findings)} shown; the others are in the log."
        yield Statement(section, text, first, last)


def _described(finding: Finding) -> str:
    """Return the tool, its message and the place, captured text in code."""
    parts = (finding.file, finding.line, finding.column)
    place = ":".join(str(part) for part in parts if part) if finding.file else ""
    rule = f" ({code_span(finding.rule)})" if finding.rule else ""
    where = f" at {code_span(place)}" if place else ""
    tool = finding.tool if _NAME.fullmatch(finding.tool) else code_span(finding.tool)
    return f"{tool}: {code_span(finding.message)}{rule}{where}"
