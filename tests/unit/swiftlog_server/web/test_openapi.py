"""The document tells the answers that really come."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi import Depends, FastAPI
from pydantic import BaseModel

from swiftlog_server.accounts.access import Access
from swiftlog_server.web import openapi


class Wish(BaseModel):
    """A body."""

    name: str


@pytest.fixture
def paths() -> dict[str, Any]:
    app = FastAPI()
    openapi.install(app)

    @app.get("/open")
    def open_to_all() -> None: ...

    @app.get("/things/{thing}")
    def thing(thing: int) -> None: ...

    @app.post("/things", dependencies=[Depends(Access("read"))], responses={409: {}})
    def make(wish: Wish) -> None: ...

    document = app.openapi()
    assert document is app.openapi()
    assert "HTTPValidationError" not in document["components"]["schemas"]
    found: dict[str, Any] = document["paths"]
    return found


def statuses(operation: dict[str, Any]) -> set[str]:
    return set(operation["responses"])


def test_the_frameworks_422_is_gone_and_400_stands_there(
    paths: dict[str, Any],
) -> None:
    assert statuses(paths["/open"]["get"]) == {"200", "500", "503"}
    assert statuses(paths["/things/{thing}"]["get"]) == {
        "200",
        "400",
        "404",
        "500",
        "503",
    }


def test_access_and_bodies_bring_their_refusals(paths: dict[str, Any]) -> None:
    operation = paths["/things"]["post"]
    assert statuses(operation) == {
        *("200", "400", "401", "403", "409", "413", "415", "429", "500", "503")
    }
    assert operation["security"] == [{"token": []}]


def test_every_refusal_has_the_one_body(paths: dict[str, Any]) -> None:
    for status, answer in paths["/things"]["post"]["responses"].items():
        if status[0] in "45":
            schema = answer["content"]["application/json"]["schema"]
            assert schema == {"$ref": "#/components/schemas/ErrorBody"}
            assert answer["description"]
    assert "Retry-After" in paths["/things"]["post"]["responses"]["429"]["headers"]
