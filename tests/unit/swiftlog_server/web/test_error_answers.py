"""What a route raises leaves in one form; a bug leaves with nothing of its inside."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from fastapi import FastAPI
from fastapi.responses import StreamingResponse
from starlette.exceptions import HTTPException

from swiftlog_core.errors import PluginError, RunNotFoundError
from swiftlog_server.errors import RateLimitedError, UnavailableError
from swiftlog_server.web import error_answers
from swiftlog_server.web.error_answers import BugBoundary
from tests.unit.swiftlog_server.web.asgi import ask

if TYPE_CHECKING:
    from collections.abc import Iterator

RAISED: dict[str, Exception] = {
    "known": RunNotFoundError("abc"),
    "limited": RateLimitedError(9),
    "away": UnavailableError("the database", "gone", 4),
    "framework": HTTPException(418),
    "unlisted": PluginError("inside"),
    "bug": KeyError("inside"),
}


@pytest.fixture
def app() -> FastAPI:
    app = FastAPI()
    error_answers.install(app)
    app.add_middleware(BugBoundary)

    @app.get("/raise/{name}")
    def fail(name: str) -> None:
        raise RAISED[name]

    @app.get("/number/{number}")
    def number(number: int) -> int:
        return number

    @app.get("/cut")
    def cut() -> StreamingResponse:
        def pieces() -> Iterator[bytes]:
            yield b"begun"
            raise KeyError("late")

        return StreamingResponse(pieces())

    return app


@pytest.mark.parametrize(
    ("name", "status", "code"),
    [
        ("known", 404, "run_not_found"),
        ("limited", 429, "rate_limited"),
        ("away", 503, "unavailable"),
        ("framework", 418, "i'm_a_teapot"),
        ("unlisted", 500, "internal_error"),
        ("bug", 500, "internal_error"),
    ],
)
def test_every_kind_of_error_has_the_form(
    app: FastAPI, name: str, status: int, code: str
) -> None:
    answer = asyncio.run(ask(app, f"/raise/{name}"))
    assert (answer.status, answer.json()["code"]) == (status, code)
    assert set(answer.json()) == {"error", "code", "details"}
    assert b"inside" not in answer.body


def test_another_try_is_told_when(app: FastAPI) -> None:
    for name, seconds in (("limited", "9"), ("away", "4")):
        answer = asyncio.run(ask(app, f"/raise/{name}"))
        assert answer.headers["retry-after"] == seconds


def test_a_parameter_that_does_not_check_is_a_400_that_names_it(app: FastAPI) -> None:
    answer = asyncio.run(ask(app, "/number/many"))
    assert answer.status == 400
    (field,) = answer.json()["details"]["fields"]
    assert field["field"] == "path.number"
    assert "many" not in answer.json()["error"]


def test_an_answer_that_broke_off_looks_broken(app: FastAPI) -> None:
    with pytest.raises(KeyError):
        asyncio.run(ask(app, "/cut"))
