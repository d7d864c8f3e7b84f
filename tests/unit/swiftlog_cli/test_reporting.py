"""`swiftlog explain` with a report: offline, with a model, and with a broken one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.integration.report.endpoint import Handler, material_of, serving
from tests.unit.swiftlog_cli.recording import STDOUT, MakeRun, Swiftlog

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.integration.report.endpoint import Endpoint

ERROR = "main.c:3:5: error: 'total' undeclared"
LOG = f"gcc -c main.c\n{ERROR}\nmake: *** [all] Error 1\n".encode()


def good(_request: dict[str, Any], handler: Handler) -> None:
    handler.claim(
        {
            "section": "Summary",
            "text": "The name 'total' is undeclared in main.c.",
            "first_line": 2,
            "last_line": 2,
            "quote": ERROR,
        }
    )


@pytest.fixture
def log(tmp_path: Path) -> str:
    path = tmp_path / "build.log"
    path.write_bytes(LOG)
    return str(path)


@pytest.fixture
def model(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Endpoint]:
    assert data_dir.is_dir()
    with serving(good) as server:
        monkeypatch.setenv("SWIFTLOG_OPENAI_BASE_URL", server.url)
        monkeypatch.setenv("SWIFTLOG_OPENAI_API_KEY", "sk-0123456789")
        yield server


def test_the_report_needs_no_model(swiftlog: Swiftlog, log: str) -> None:
    result = swiftlog("explain", log, "--report")
    assert result.text.startswith("# Why it failed\n")
    assert result.err == ""
    told = swiftlog("explain", log, "--json").json["report"]
    assert told["markdown"] == result.text
    assert told["model"] is None
    assert told["note"] == ""


def test_a_run_is_reported_with_its_command_and_end(
    swiftlog: Swiftlog, make_run: MakeRun
) -> None:
    make_run([(STDOUT, 0, LOG)], 2)
    text = swiftlog("explain", "last", "--report").text
    assert "The command `make test` ended with exit code 2. [run]" in text


def test_a_model_that_is_set_is_asked_and_its_answer_kept(
    swiftlog: Swiftlog, log: str, model: Endpoint, data_dir: Path
) -> None:
    text = swiftlog("explain", log, "--report").text
    assert "## What a model adds" in text
    assert "`gpt-4o-mini`: 1 claim, 0 removed; 100 + 20 tokens." in text
    told = swiftlog("explain", log, "--json").json["report"]["model"]
    assert told["claims"][0]["quote"] == ERROR
    assert told["usage"]["cached"]
    assert len(model.requests) == 1
    counted = (data_dir / "explain" / "usage.ndjson").read_text()
    assert json.loads(counted)["input_tokens"] == 100


def test_people_see_the_card_above_what_the_model_adds(
    swiftlog: Swiftlog, log: str, model: Endpoint
) -> None:
    text = swiftlog("explain", log, "--model", "other").text
    assert text.startswith("╭ gcc: 'total' undeclared\n")
    assert "The name 'total' is undeclared in `main.c`. [L2]" in text
    assert model.requests[0]["model"] == "other"


def test_offline_and_line_numbers_ask_no_model(
    swiftlog: Swiftlog, log: str, model: Endpoint
) -> None:
    for options in (("--offline",), ("--report", "--offline"), ("--json-lines",)):
        assert swiftlog("explain", log, *options).code == 0
    assert model.requests == []


def test_a_diff_is_shown_to_the_model_and_masked(
    swiftlog: Swiftlog,
    log: str,
    model: Endpoint,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DEPLOY_TOKEN", "hunter2hunter2")
    diff = tmp_path / "change.diff"
    diff.write_text("+total = hunter2hunter2 + sk-0123456789\n")
    swiftlog("explain", log, "--report", "--diff", str(diff))
    material = material_of(model.requests[0])
    assert "D +total = ***DEPLOY_TOKEN***" in material
    assert "sk-0123456789" not in material


def test_a_broken_model_costs_one_line(
    swiftlog: Swiftlog, log: str, model: Endpoint
) -> None:
    model.behaviour = lambda _, handler: handler.send(401, b"{}")
    result = swiftlog("explain", log)
    assert result.code == 0
    assert result.text.startswith("╭ gcc")
    assert result.err.startswith("swiftlog: no model report: ")
    assert result.err.count("\n") == 1
    assert "SWIFTLOG_OPENAI_API_KEY" in swiftlog("explain", log, "--report").text


def test_wrong_settings_are_named(
    swiftlog: Swiftlog, log: str, model: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert model.url
    monkeypatch.setenv("SWIFTLOG_EXPLAINER", "nobody")
    assert "nobody" in swiftlog("explain", log, "--report").err
    monkeypatch.setenv("SWIFTLOG_OPENAI_TEMPERATURE", "hot")
    assert "SWIFTLOG_OPENAI_TEMPERATURE" in swiftlog("explain", log, "--report").err
