"""Masks an explanation once more, before a report is made from it.

A spool is masked already; a text file is not, and secrets may have become known since.
Lines are masked together, so that what spans lines (a private key) is found.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from swiftlog_core.explain.api import Explanation
    from swiftlog_core.explain.report.facts import RunFacts
    from swiftlog_core.stream.mask import Masker


def masked(explanation: Explanation, masker: Masker) -> Explanation:
    """Return *explanation* with every captured text in it masked."""
    excerpt = explanation.excerpt
    texts = _masked_lines([line.text for line in excerpt.lines], masker)
    lines = tuple(
        line._replace(text=text)
        for line, text in zip(excerpt.lines, texts, strict=True)
    )
    findings = tuple(
        finding._replace(
            message=masker.mask_text(finding.message),
            file=masker.mask_text(finding.file),
            rule=masker.mask_text(finding.rule),
        )
        for finding in explanation.findings
    )
    return explanation._replace(
        excerpt=excerpt._replace(lines=lines), findings=findings
    )


def masked_facts(facts: RunFacts, masker: Masker) -> RunFacts:
    """Return *facts* with every captured text in them masked."""
    return facts._replace(
        command=tuple(masker.mask_text(word) for word in facts.command),
        branch=masker.mask_text(facts.branch),
        diff=masker.mask_text(facts.diff),
    )


def _masked_lines(lines: list[str], masker: Masker) -> list[str]:
    joined = masker.mask_text("\n".join(lines)).split("\n")
    if len(joined) == len(lines):
        return joined
    # A line end inside a line's text: take each for itself.
    return [masker.mask_text(line) for line in lines]
