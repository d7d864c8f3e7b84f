"""The layers around the application: headers, limits, types of bodies."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from swiftlog_server.web.guards import BodyLimit, JsonBodies, SecurityHeaders
from tests.unit.swiftlog_server.web.asgi import Answer, ask

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.types import ASGIApp


async def _count(request: Request) -> PlainTextResponse:
    size = len(await request.body())
    return PlainTextResponse(str(size), headers={"Cache-Control": "max-age=60"})


ROUTES = [
    Route("/", _count, methods=["GET", "POST"]),
    Route("/big/x", _count, methods=["POST"]),
]


def post(app: ASGIApp, *body: bytes, path: str = "/", **headers: str) -> Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return asyncio.run(ask(app, path, method="POST", headers=named, body=body))


@pytest.fixture
def plain() -> Starlette:
    return Starlette(routes=ROUTES)


def test_a_declared_size_over_the_limit_is_refused_unread(plain: Starlette) -> None:
    answer = post(BodyLimit(plain, 10), b"", content_length="11")
    assert (answer.status, answer.json()["code"]) == (413, "body_too_large")
    assert answer.json()["details"] == {"limit": 10}
    assert post(BodyLimit(plain, 10), b"x" * 10, content_length="10").body == b"10"


def test_a_body_that_grows_over_the_limit_is_cut_off(plain: Starlette) -> None:
    app = BodyLimit(plain, 10)
    assert post(app, b"x" * 6, b"x" * 4).body == b"10"
    assert post(app, b"x" * 6, b"x" * 5).status == 413


def test_a_size_that_is_no_number_is_counted_as_it_comes(plain: Starlette) -> None:
    assert post(BodyLimit(plain, 10), b"x" * 11, content_length="-5").status == 413


def test_a_path_may_have_a_limit_of_its_own(plain: Starlette) -> None:
    app = BodyLimit(plain, 10, {"/big/": 100})
    assert post(app, b"x" * 100, path="/big/x").body == b"100"
    assert post(app, b"x" * 101, path="/big/x").status == 413


@pytest.mark.parametrize(
    "kind", ["application/json", "Application/JSON; charset=utf-8"]
)
def test_a_body_of_json_passes(plain: Starlette, kind: str) -> None:
    app = JsonBodies(plain)
    assert post(app, b"{}", content_length="2", content_type=kind).status == 200


@pytest.mark.parametrize("kind", ["", "text/json", "application/jsonp", "a/b"])
def test_another_type_is_a_415_and_no_body_needs_no_type(
    plain: Starlette, kind: str
) -> None:
    app = JsonBodies(plain)
    answer = post(app, b"{}", content_length="2", content_type=kind)
    assert (answer.status, answer.json()["code"]) == (415, "unsupported_media_type")
    chunked = post(app, b"{}", transfer_encoding="chunked", content_type=kind)
    assert chunked.status == 415
    assert post(app, content_length="0", content_type=kind).status == 200
    assert post(app, content_type=kind).status == 200


def test_routes_elsewhere_look_at_the_type_themselves(plain: Starlette) -> None:
    app = JsonBodies(plain, elsewhere=("/big/",))
    answer = post(app, b"x", path="/big/x", content_length="1", content_type="a/b")
    assert answer.status == 200


def test_headers_are_added_and_what_a_route_says_itself_stays(
    plain: Starlette,
) -> None:
    answer = asyncio.run(ask(SecurityHeaders(plain)))
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["cache-control"] == "max-age=60"
    assert "strict-transport-security" not in answer.headers
    secure = asyncio.run(ask(SecurityHeaders(plain, hsts=True)))
    assert "strict-transport-security" in secure.headers
    assert secure.headers["x-request-id"] != answer.headers["x-request-id"]
