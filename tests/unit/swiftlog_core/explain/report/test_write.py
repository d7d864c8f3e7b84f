"""The report as a whole: offline first, then what checks, then one line of why not."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import pytest

from swiftlog_core.errors import ExplainerError
from swiftlog_core.events import SUCCESS, ExitStatus
from swiftlog_core.explain.api import explain
from swiftlog_core.explain.report.asking import ModelAccess, ask_within
from swiftlog_core.explain.report.cache import FolderCache
from swiftlog_core.explain.report.facts import RunFacts
from swiftlog_core.explain.report.meter import FileMeter
from swiftlog_core.explain.report.write import Report, write_report
from swiftlog_core.explain.source import BytesSource
from swiftlog_core.interfaces import Answer, Explainer, Question
from swiftlog_core.stream.mask import Masker, Secret

LOG = b"compiling\nmain.c:3:5: error: 'total' undeclared\nkey hunter2hunter2\n"
ERROR = "main.c:3:5: error: 'total' undeclared"
FACTS = RunFacts(("cc", "--key=hunter2hunter2"))
MASKER = Masker([Secret("KEY", b"hunter2hunter2")])


def claim(text: str, line: int = 2, quote: str = ERROR) -> dict[str, object]:
    return {
        "section": "Errors",
        "text": text,
        "first_line": line,
        "last_line": line,
        "quote": quote,
    }


class Scripted:
    """An explainer that says what it is told to, and keeps what it was asked."""

    model = "scripted"

    def __init__(self, said: str | Exception) -> None:
        self.said = said
        self.asked: list[Question] = []

    def ask(self, question: Question, seconds: float) -> Answer:
        assert seconds > 0
        self.asked.append(question)
        if isinstance(self.said, Exception):
            raise self.said
        return Answer(self.said, 100, 20)


def write(explainer: Explainer, log: bytes = LOG, **access: object) -> Report:
    way = ModelAccess(explainer, 5)._replace(**access)  # type: ignore[arg-type] # by name
    return write_report(explain(BytesSource(log)), FACTS, masker=MASKER, access=way)


GOOD = json.dumps(
    {
        "claims": [
            claim("The name 'total' is undeclared."),
            claim("No.", quote="invented"),
        ]
    }
)


def test_the_offline_report_stands_above_the_models_claims() -> None:
    alone = write_report(explain(BytesSource(LOG)), FACTS, masker=MASKER)
    report = write(Scripted(GOOD))
    assert report.markdown.startswith(alone.markdown)
    assert "### Errors\n\n- The name 'total' is undeclared. [L2]" in report.markdown
    assert "`scripted`: 2 claims, 1 removed; 100 + 20 tokens." in report.markdown


def test_secrets_reach_neither_the_model_nor_the_report() -> None:
    explainer = Scripted(GOOD)
    report = write(explainer)
    assert "hunter2" not in report.markdown
    assert "hunter2" not in explainer.asked[0].material


def test_a_model_without_a_masker_is_refused() -> None:
    with pytest.raises(ValueError, match="masker"):
        write_report(
            explain(BytesSource(LOG)), FACTS, access=ModelAccess(Scripted(GOOD))
        )


@pytest.mark.parametrize(
    ("said", "note"),
    [
        (ExplainerError("busy", "it is busy"), "no model report: it is busy"),
        (
            ZeroDivisionError(),
            "no model report: the explainer broke (ZeroDivisionError)",
        ),
        ("<html>", "no model report: the model's answer is not the JSON"),
    ],
)
def test_without_a_usable_answer_the_offline_report_says_why(
    said: str | Exception, note: str
) -> None:
    alone = write_report(explain(BytesSource(LOG)), FACTS, masker=MASKER)
    report = write(Scripted(said))
    assert report.model is None
    assert report.note.startswith(note)
    assert report.markdown.startswith(alone.markdown)
    assert report.markdown.count("\n") == alone.markdown.count("\n") + 2


def test_a_plugin_that_hangs_is_left_behind() -> None:
    gate = threading.Event()

    class Hanging(Scripted):
        def ask(self, question: Question, seconds: float) -> Answer:
            gate.wait(30)
            return super().ask(question, seconds)

    hanging = Hanging(GOOD)
    with pytest.raises(ExplainerError) as caught:
        ask_within(hanging, Question("", "", {}), 0.05)
    assert caught.value.kind == "late"
    gate.set()


def test_the_same_question_is_asked_once(tmp_path: Path) -> None:
    cache = FolderCache(tmp_path)
    first, second = Scripted(GOOD), Scripted("never asked")
    write(first, cache=cache)
    report = write(second, cache=cache)
    assert second.asked == []
    assert report.model is not None
    assert report.model.usage.cached
    assert len(report.model.claims) == 1
    assert "answered before" in report.markdown


def test_a_bad_answer_is_not_kept_and_a_damaged_one_is_asked_again(
    tmp_path: Path,
) -> None:
    cache = FolderCache(tmp_path)
    write(Scripted("nonsense"), cache=cache)
    assert list(tmp_path.iterdir()) == []
    write(Scripted(GOOD), cache=cache)
    (file,) = tmp_path.iterdir()
    file.write_text('["nonsense", 1, 1]')
    again = Scripted(GOOD)
    assert write(again, cache=cache).model is not None
    assert len(again.asked) == 1


def test_a_spent_budget_asks_no_more(tmp_path: Path) -> None:
    meter = FileMeter(tmp_path / "u", budget=100)
    assert write(Scripted(GOOD), meter=meter).model is not None
    second = Scripted(GOOD)
    report = write(second, meter=meter)
    assert "120 of 100 tokens were used today" in report.note
    assert second.asked == []


def test_nothing_that_failed_is_no_question() -> None:
    explainer = Scripted(GOOD)
    ok = ExitStatus(SUCCESS, 0)
    report = write_report(
        explain(BytesSource(b"fine\n"), exit_status=ok),
        RunFacts(("true",), ok),
        masker=MASKER,
        access=ModelAccess(explainer),
    )
    assert explainer.asked == []
    assert report.note == ""


def test_an_endpoint_that_counts_nothing_is_estimated() -> None:
    class Mute(Scripted):
        def ask(self, question: Question, seconds: float) -> Answer:
            return (
                super().ask(question, seconds)._replace(input_tokens=0, output_tokens=0)
            )

    report = write(Mute(GOOD))
    assert report.model is not None
    assert report.model.usage.input_tokens > 100
