"""Writes the report of a run: the offline one, and what a model adds that checks.

The offline report stands first and never depends on the model: whatever happens to
the endpoint costs the reader one line that says so.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from swiftlog_core.errors import ExplainerError
from swiftlog_core.explain.parser import load_all
from swiftlog_core.explain.report import offline
from swiftlog_core.explain.report.answer import parse
from swiftlog_core.explain.report.asking import ask_within
from swiftlog_core.explain.report.check import check
from swiftlog_core.explain.report.facts import SECTIONS, RunFacts
from swiftlog_core.explain.report.markdown import citation, code_span, prose
from swiftlog_core.explain.report.masking import masked, masked_facts
from swiftlog_core.explain.report.meter import Usage
from swiftlog_core.explain.report.prompt import ask_about, gather, key_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from swiftlog_core.explain.api import Explanation
    from swiftlog_core.explain.report.answer import Claim
    from swiftlog_core.explain.report.asking import ModelAccess
    from swiftlog_core.explain.report.facts import Statement
    from swiftlog_core.explain.report.prompt import Material
    from swiftlog_core.interfaces import Answer
    from swiftlog_core.stream.mask import Masker

NO_FACTS: Final = RunFacts()
BYTES_PER_TOKEN: Final = 3.5  # for endpoints that count nothing


class ModelPart(NamedTuple):
    """What a model added: the claims that checked, and the reasons of those dropped."""

    model: str
    claims: tuple[Claim, ...]
    dropped: tuple[str, ...]
    usage: Usage

    @property
    def summary(self) -> str:
        """How many claims there were, and how many were removed."""
        made = len(self.claims) + len(self.dropped)
        return f"{_counted(made, 'claim')}, {len(self.dropped)} removed"

    @property
    def markdown(self) -> str:
        """The model's part of the report, ending with a newline."""
        return "\n\n".join(_rendered(self)) + "\n"


class Report(NamedTuple):
    """A report: its Markdown, what it is made of, and why a model is missing.

    ``model`` is None when none was asked or none answered; ``note`` then says why if
    one was asked.
    """

    markdown: str
    statements: tuple[Statement, ...]
    model: ModelPart | None = None
    note: str = ""


def write_report(
    explanation: Explanation,
    facts: RunFacts = NO_FACTS,
    *,
    masker: Masker | None = None,
    access: ModelAccess | None = None,
) -> Report:
    """Return the report of a run.

    With *masker*, all that was captured is masked again first. With *access* a model
    is asked, which takes at most about ``access.seconds``; nothing that comes of it
    is raised. A run in which nothing failed is no question for a model. *access*
    without *masker* is a ``ValueError``: nothing leaves unmasked.
    """
    if access is not None and masker is None:
        text = "a model is shown masked text only: give a masker"
        raise ValueError(text)
    if masker is not None:
        explanation = masked(explanation, masker)
        facts = masked_facts(facts, masker)
    statements = offline.state(explanation, facts, _kinds())
    markdown = offline.render(explanation, statements)
    if access is None or not explanation.failed:
        return Report(markdown, tuple(statements))
    try:
        part = _ask(explanation, facts, access)
    except ExplainerError as error:
        note = str(error)
        markdown += f"\n{prose(note)}\n"
        return Report(markdown, tuple(statements), note=note)
    return Report(f"{markdown}\n{part.markdown}", tuple(statements), part)


@lru_cache(maxsize=1)
def _kinds() -> Mapping[str, str]:
    return {parser.name: parser.kind for parser in load_all()}


def _ask(explanation: Explanation, facts: RunFacts, access: ModelAccess) -> ModelPart:
    material = gather(explanation, facts)
    if not material.shown:
        raise ExplainerError("unusable", "no line of the log can be shown to a model")
    model = access.explainer.model
    key = key_of(material, model)
    kept = access.cache.get(key) if access.cache is not None else None
    if kept is not None:
        try:
            claims, shapeless = parse(kept.text)
        except ExplainerError:
            kept = None  # damaged: ask again
        else:
            usage = Usage(kept.input_tokens, kept.output_tokens, cached=True)
            return _part(model, claims, shapeless, material, usage)
    answer, usage = _fresh(material, access)
    claims, shapeless = parse(answer.text)
    if access.cache is not None:
        access.cache.put(key, answer)
    return _part(model, claims, shapeless, material, usage)


def _fresh(material: Material, access: ModelAccess) -> tuple[Answer, Usage]:
    """Ask the model, within the budget, and count what it took."""
    refusal = access.meter.refusal() if access.meter is not None else ""
    if refusal:
        raise ExplainerError("budget", refusal)
    question = ask_about(material)
    answer = ask_within(access.explainer, question, access.seconds)
    asked = len(question.instructions) + len(question.material)
    input_tokens = answer.input_tokens or int(asked / BYTES_PER_TOKEN)
    output_tokens = answer.output_tokens or int(len(answer.text) / BYTES_PER_TOKEN)
    usage = Usage(input_tokens, output_tokens)
    if access.meter is not None:
        usage = access.meter.count(input_tokens, output_tokens)
    return answer._replace(
        input_tokens=input_tokens, output_tokens=output_tokens
    ), usage


def _part(
    model: str,
    claims: list[Claim],
    shapeless: int,
    material: Material,
    usage: Usage,
) -> ModelPart:
    checked = check(claims, material, failed=True)
    dropped = (*checked.dropped, *("shape",) * shapeless)
    return ModelPart(model, checked.kept, dropped, usage)


def _rendered(part: ModelPart) -> Iterator[str]:
    """Yield the paragraphs of the model's part."""
    yield "## What a model adds"
    for section in SECTIONS:
        rows = [
            f"- {prose(claim.text)} {citation(claim.first_line, claim.last_line)}"
            for claim in part.claims
            if claim.section == section
        ]
        if rows:
            yield f"### {section}"
            yield "\n".join(rows)
    usage = part.usage
    tokens = f"{usage.input_tokens:,} + {usage.output_tokens:,} tokens"
    if usage.cached:
        tokens = "answered before"
    elif usage.cost:
        tokens += f", cost {usage.cost:.4f}"
    yield f"{code_span(part.model)}: {part.summary}; {tokens}."


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
