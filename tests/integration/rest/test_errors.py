"""Every refusal has one form, the right status, and says what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest

from swiftlog_server.web.health import ServerFacts
from swiftlog_server.web.provide import provide
from swiftlog_server.web.rate_limit import Rate
from tests.integration.serving import Recording, application_of, parts_in, serving

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.integration.serving import Served


def check(answer: httpx.Response, status: int, code: str) -> dict[str, object]:
    """Check the form of an error and return its body."""
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    body: dict[str, object] = answer.json()
    assert set(body) == {"error", "code", "details"}
    assert isinstance(body["error"], str)
    assert body["error"]
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["x-content-type-options"] == "nosniff"
    return body


@pytest.mark.parametrize(
    ("params", "field"),
    [
        ({"limit": "0"}, "query.limit"),
        ({"limit": "501"}, "query.limit"),
        ({"limit": "many"}, "query.limit"),
        ({"offset": "-1"}, "query.offset"),
        ({"offset": str(10**30)}, "query.offset"),
        ({"status": "broken"}, "query.status"),
        ({"since": "yesterday"}, "query.since"),
        ({"since": "2026-01-01T00:00:00"}, "query.since"),
        ({"project_id": "0"}, "query.project_id"),
        ({"colour": "red"}, "query.colour"),
    ],
)
def test_a_parameter_that_does_not_fit_is_named(
    client: httpx.Client, params: dict[str, str], field: str
) -> None:
    body = check(client.get("/api/v1/runs", params=params), 400, "request_invalid")
    assert isinstance(body["details"], dict)
    assert [entry["field"] for entry in body["details"]["fields"]] == [field]


@pytest.mark.parametrize(
    ("params", "problem"),
    [
        ({"from": "5", "to": "4"}, "`to` lies before `from`"),
        ({"tail": "5", "from": "2"}, "`tail` goes with none"),
        ({"tail": "5", "q": "x"}, "`tail` goes with none"),
        ({"regex": "1"}, "need `q`"),
        ({"format": "raw", "from": "2"}, "`raw` is whole"),
        ({"format": "xml"}, "query.format"),
        ({"from": "0"}, "query.from"),
        ({"stream": "stdin"}, "query.stream"),
        ({"q": ""}, "query.q"),
        ({"first": "2"}, "query.first"),
    ],
)
def test_log_parameters_that_contradict_each_other_are_refused(
    served: Served, client: httpx.Client, params: dict[str, str], problem: str
) -> None:
    run_id = Recording(served.parts, served.admin).run_id
    answer = client.get(f"/api/v1/runs/{run_id}/logs", params=params)
    assert problem in str(check(answer, 400, "request_invalid")["error"])


@pytest.mark.parametrize("pattern", ["(", "a{2,1}", r"(?P<n>x)\1", "(?=x)", "["])
def test_a_pattern_that_cannot_be_used_says_why(
    served: Served, client: httpx.Client, pattern: str
) -> None:
    recording = Recording(served.parts, served.admin)
    recording.out(b"text\n")
    answer = client.get(
        f"/api/v1/runs/{recording.run_id}/logs", params={"q": pattern, "regex": "1"}
    )
    check(answer, 400, "pattern_invalid")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"\xff\xfe",
        b'{"name": "x"}',
        b'{"name": "x", "scope": "root"}',
        b'{"name": "x", "scope": "read", "colour": "red"}',
        b'{"name": "", "scope": "read"}',
        b'{"name": "x", "scope": "read", "expires_in_days": 0}',
        b'{"name": ["x"], "scope": "read"}',
        b'{"name": "' + b"x" * 201 + b'", "scope": "read"}',
        b'{"a":' * 5000,
    ],
)
def test_a_body_that_does_not_check_is_a_400_and_not_repeated(
    client: httpx.Client, body: bytes
) -> None:
    answer = client.post(
        "/api/v1/tokens", content=body, headers={"content-type": "application/json"}
    )
    check(answer, 400, "request_invalid")
    assert len(answer.text) < 1500


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/runs/0197a000-0000-7000-8000-ffffffffffff",
        "/api/v1/runs/not-a-uuid",
        "/api/v1/runs/%00",
        "/api/v1/runs/%F0%9F%92%A9/logs",
        "/api/v1/runs/0197a000-0000-7000-8000-ffffffffffff/logs?format=raw",
        "/api/v1/runs/%25%25%25%25%25%25%25/receipt",
    ],
)
def test_a_run_that_is_not_there_is_a_404(client: httpx.Client, path: str) -> None:
    check(client.get(path), 404, "run_not_found")


def test_ids_that_are_no_numbers_or_too_large_are_a_400(client: httpx.Client) -> None:
    for path in ("projects/abc", "projects/0", f"groups/{2**70}", "groups/-1"):
        check(client.get(f"/api/v1/{path}"), 400, "request_invalid")
    check(client.get("/api/v1/projects/99999"), 404, "project_not_found")
    check(client.get("/api/v1/groups/99999"), 404, "group_not_found")
    check(client.delete("/api/v1/tokens/99999"), 404, "token_not_found")


def test_an_unknown_address_or_method_has_the_same_form(client: httpx.Client) -> None:
    check(client.get("/api/v1/nothing"), 404, "not_found")
    check(client.get("/"), 404, "not_found")
    check(client.get("/api/v1/runs/"), 404, "not_found")
    answer = client.put("/api/v1/runs")
    check(answer, 405, "method_not_allowed")
    assert answer.headers["allow"] == "GET"


def test_a_body_of_another_type_is_a_415(client: httpx.Client) -> None:
    for kind in ("text/plain", "application/x-www-form-urlencoded", ""):
        answer = client.post(
            "/api/v1/tokens",
            content=b'{"name":"x","scope":"read"}',
            headers={"content-type": kind},
        )
        check(answer, 415, "unsupported_media_type")


def test_a_body_that_says_that_it_is_too_large_is_a_413(client: httpx.Client) -> None:
    answer = client.post("/api/v1/tokens", content=b" " * (1024 * 1024 + 1))
    check(answer, 413, "body_too_large")


def test_a_body_that_turns_out_too_large_is_a_413(client: httpx.Client) -> None:
    def endless() -> Iterator[bytes]:
        for _ in range(64):
            yield b" " * 65536

    answer = client.post(
        "/api/v1/tokens",
        content=endless(),
        headers={"content-type": "application/json"},
    )
    check(answer, 413, "body_too_large")


def test_a_project_that_exists_is_a_409(client: httpx.Client) -> None:
    body = {"name": "twice/made"}
    assert client.post("/api/v1/projects", json=body).status_code == 201
    check(client.post("/api/v1/projects", json=body), 409, "project_exists")


def test_an_empty_bucket_is_a_429_that_says_when(tmp_path: Path) -> None:
    with parts_in(tmp_path) as parts:
        app = application_of(parts, rate=Rate(per_second=0.5, burst=3))
        with serving(parts, app) as served, served.client() as client:
            for _ in range(3):
                assert client.get("/api/v1/whoami").status_code == 200
            answer = client.get("/api/v1/whoami")
            check(answer, 429, "rate_limited")
            assert answer.headers["retry-after"] == "2"
            assert client.get("/health").status_code == 200
            with served.client(served.make_token("read")) as other:
                assert other.get("/api/v1/whoami").status_code == 200


def test_readiness_names_the_part_that_is_missing(tmp_path: Path) -> None:
    with parts_in(tmp_path) as parts:
        app = application_of(parts)
        facts = ServerFacts("1", 1, "id", 0, lambda: {"database": "gone", "bus": "ok"})
        provide(app, facts)
        with serving(parts, app) as served, served.client() as client:
            answer = client.get("/ready")
            assert answer.status_code == 503
            parts_told = {"database": "gone", "bus": "ok"}
            assert answer.json() == {"ready": False, "parts": parts_told}
            assert client.get("/health").status_code == 200


def test_a_bug_is_a_500_without_its_inside(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with parts_in(tmp_path) as parts:
        app = application_of(parts)

        @app.get("/boom")
        def boom() -> None:
            raise ZeroDivisionError("inside")

        with serving(parts, app) as served, served.client() as client:
            answer = client.get("/boom")
            body = check(answer, 500, "internal_error")
            assert "inside" not in answer.text
            request_id = answer.headers["x-request-id"]
            assert body["details"] == {"request_id": request_id}
    said = "".join(capfd.readouterr())
    assert request_id in said
    assert "ZeroDivisionError" in said
    assert served.token not in said
