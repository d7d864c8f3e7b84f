"""Everything captured in an explanation is masked before a report is made of it."""

from __future__ import annotations

from swiftlog_core.events import Excerpt, ExcerptLine
from swiftlog_core.explain.api import explain
from swiftlog_core.explain.report.facts import RunFacts
from swiftlog_core.explain.report.masking import masked, masked_facts
from swiftlog_core.explain.source import BytesSource
from swiftlog_core.stream.mask import Masker, Secret

MASKER = Masker([Secret("KEY", b"hunter2hunter2")])


def test_lines_and_findings_are_masked() -> None:
    log = b"src/hunter2hunter2.c:1:1: error: hunter2hunter2 undeclared\n"
    found = masked(explain(BytesSource(log)), MASKER)
    assert "hunter2" not in str(found)
    assert found.excerpt.lines[0].number == 1


def test_a_line_with_a_line_end_inside_is_masked_for_itself() -> None:
    found = explain(BytesSource(b"error: x\n"))
    lines = (ExcerptLine(1, "a\nhunter2hunter2", 0.0, cause=True),)
    odd = found._replace(excerpt=Excerpt(lines, ()))
    assert masked(odd, MASKER).excerpt.lines[0].text == "a\n***KEY***"


def test_facts_are_masked() -> None:
    facts = RunFacts(
        ("x", "hunter2hunter2"), None, "b/hunter2hunter2", "+hunter2hunter2"
    )
    assert "hunter2" not in str(masked_facts(facts, MASKER))
