"""The report without a model: sections, citations, and the same text each time."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from swiftlog_core.events import FAILED, SUCCESS, ExitStatus
from swiftlog_core.explain.api import explain
from swiftlog_core.explain.report.advice import BY_CAUSE, BY_KIND, recommend
from swiftlog_core.explain.report.facts import RunFacts
from swiftlog_core.explain.report.write import write_report
from swiftlog_core.explain.source import BytesSource

LOG = b"""\
$ make test
src/main.c:12:5: error: use of undeclared identifier 'total'
src/main.c:9:1: warning: unused variable 'x'
make: *** [main.o] Error 1
"""
FACTS = RunFacts(("make", "test"), ExitStatus(FAILED, 2))


def report(log: bytes, facts: RunFacts = FACTS) -> str:
    explanation = explain(BytesSource(log), exit_status=facts.exit_status)
    return write_report(explanation, facts).markdown


def test_the_report_has_its_sections_in_order() -> None:
    markdown = report(LOG)
    heads = re.findall(r"^## (.*)$", markdown, re.MULTILINE)
    assert heads == ["Summary", "Errors", "Warnings", "Recommendations"]
    assert markdown.startswith("# Why it failed\n")
    assert "The command `make test` ended with exit code 2. [run]" in markdown
    assert "`src/main.c:12:5` [L2]" in markdown


@given(st.binary(max_size=400))
def test_every_statement_cites_lines_that_exist(log: bytes) -> None:
    markdown = report(log + LOG)
    last = (log + LOG).count(b"\n")
    bullets = re.findall(r"^- .*$", markdown, re.MULTILINE)
    assert bullets
    for bullet in bullets:
        cited = re.search(r" \[(?:run|L(\d+)(?:-L(\d+))?)\]$", bullet)
        assert cited is not None, bullet
        for number in filter(None, cited.groups()):
            assert 1 <= int(number) <= last


def test_the_same_log_gives_the_same_report() -> None:
    assert report(LOG) == report(LOG)


def test_a_success_says_so_and_shows_warnings() -> None:
    facts = RunFacts(("make",), ExitStatus(SUCCESS, 0))
    markdown = report(b"x.c:1:1: warning: unused\nfine\n", facts)
    assert markdown.startswith("# Nothing failed\n")
    assert "Warnings" in markdown
    assert "Recommendations" not in markdown


def test_an_empty_log_says_so() -> None:
    markdown = report(b"", RunFacts())
    assert "The log is empty." in markdown


def test_a_failure_without_a_word_says_that_its_log_does_not_tell() -> None:
    markdown = report(b"hello\n", RunFacts(("true",), ExitStatus(FAILED, 1)))
    assert markdown.startswith("# Why it failed\n")


def test_how_a_run_ended_is_told() -> None:
    killed = RunFacts(("x",), ExitStatus(FAILED, 137, 9, "oom"))
    assert "exit code 137, by signal 9 (cause: `oom`)" in report(LOG, killed)
    assert BY_CAUSE["oom"] in report(LOG, killed)
    assert "was lost sight of" in report(
        LOG, RunFacts(("x",), ExitStatus("lost", None))
    )


def test_long_lists_say_how_much_they_leave_out() -> None:
    log = b"".join(
        b"src/a%d.c:%d:1: error: bad thing %d\n" % (n, n, n) for n in range(1, 41)
    )
    assert "20 of 40 shown" in report(log)


def test_advice_is_given_once_and_from_the_table() -> None:
    explanation = explain(BytesSource(LOG))
    errors = [f for f in explanation.findings if f.severity == "error"]
    advice = recommend(errors * 2, {"gcc": "compiler"}, None, 4)
    assert [one.markdown for one in advice if one.first_line == 2] == [
        BY_KIND["compiler"]
    ]
    assert recommend([], {}, None, 0) == []
