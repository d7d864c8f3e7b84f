"""Who may do what: every route of OpenAPI, as nobody and with each kind of token."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

import pytest

from swiftlog_core.events import STDOUT
from swiftlog_core.wire.v1 import swiftlog_pb2 as pb
from tests.integration.serving import Recording

if TYPE_CHECKING:
    import httpx

    from tests.integration.serving import Served

PUBLIC = {
    ("get", "/health"),
    ("get", "/ready"),
    ("get", "/api/v1/version"),
}
# The scopes beside `admin` that each protected operation lets in.
SCOPES: dict[tuple[str, str], set[str]] = {
    ("get", "/api/v1/whoami"): {"read", "ingest"},
    ("get", "/api/v1/tokens"): set(),
    ("post", "/api/v1/tokens"): set(),
    ("delete", "/api/v1/tokens/{token_id}"): set(),
    ("get", "/api/v1/projects"): {"read"},
    ("post", "/api/v1/projects"): set(),
    ("get", "/api/v1/projects/{project_id}"): {"read"},
    ("get", "/api/v1/projects/{project_id}/groups"): {"read"},
    ("get", "/api/v1/groups/{group_id}"): {"read"},
    ("get", "/api/v1/runs"): {"read"},
    ("get", "/api/v1/runs/{run_id}"): {"read"},
    ("delete", "/api/v1/runs/{run_id}"): set(),
    ("get", "/api/v1/runs/{run_id}/receipt"): {"read"},
    ("get", "/api/v1/runs/{run_id}/logs"): {"read"},
    ("get", "/api/v1/runs/{run_id}/frames"): {"read"},
    ("get", "/api/v1/runs/{run_id}/chain"): {"read"},
    ("post", "/api/v1/ingest/{run_id}/open"): {"ingest"},
    ("post", "/api/v1/ingest/{run_id}/frames"): {"ingest"},
    ("post", "/api/v1/ingest/{run_id}/close"): {"ingest"},
}
BODIES = {
    ("post", "/api/v1/tokens"): {"name": "n", "scope": "read"},
    ("post", "/api/v1/projects"): {"name": "made-by-the-matrix"},
}


class Operation(NamedTuple):
    method: str
    path: str


def operations(client: httpx.Client) -> list[Operation]:
    document = client.get("/api/v1/openapi.json").json()
    return [
        Operation(method, path)
        for path, methods in document["paths"].items()
        for method in methods
    ]


def ask(client: httpx.Client, operation: Operation, run_id: str) -> httpx.Response:
    path = operation.path.format(
        run_id=run_id, token_id=999_999, project_id=1, group_id=1
    )
    if path.startswith("/api/v1/ingest/"):
        headers = {"content-type": "application/x-protobuf"}
        return client.request(operation.method, path, content=b"", headers=headers)
    return client.request(operation.method, path, json=BODIES.get(operation))


def code_of(answer: httpx.Response) -> str:
    """Return an error's code; the ingest tells it in a protobuf message."""
    if answer.headers["content-type"] == "application/x-protobuf":
        return pb.ErrorDetail.FromString(answer.content).code
    code: str = answer.json()["code"]
    return code


@pytest.fixture(scope="module")
def run_id(served: Served) -> str:
    recording = Recording(served.parts, served.admin)
    recording.out(b"line\n")
    return recording.run_id


def test_every_route_is_in_the_table(client: httpx.Client) -> None:
    assert set(operations(client)) == PUBLIC | set(SCOPES)


def test_public_routes_tell_nothing_that_needs_a_token(
    served: Served, run_id: str
) -> None:
    with served.client(token=None) as nobody:
        for operation in PUBLIC:
            answer = ask(nobody, Operation(*operation), run_id)
            assert answer.status_code == 200, operation
            assert set(answer.json()) <= {
                "status",
                "ready",
                "parts",
                "version",
                "protocol",
                "grpc_port",
            }


@pytest.mark.parametrize("kind", ["none", "wrong", "expired", "revoked", "basic"])
def test_without_a_good_token_every_protected_route_answers_401(
    served: Served, client: httpx.Client, run_id: str, kind: str
) -> None:
    headers = {
        "none": {},
        "wrong": {"Authorization": "Bearer swl_" + "A" * 43},
        "expired": {"Authorization": f"Bearer {expired(served)}"},
        "revoked": {"Authorization": f"Bearer {revoked(served)}"},
        "basic": {"Authorization": "Basic YWRtaW46YWRtaW4="},
    }[kind]
    with served.client(token=None) as nobody:
        nobody.headers.update(headers)
        for operation in operations(client):
            if operation in PUBLIC:
                continue
            answer = ask(nobody, operation, run_id)
            assert answer.status_code == 401, operation
            assert code_of(answer) == "unauthenticated"


def expired(served: Served) -> str:
    return served.make_token("admin", expires_at=datetime.now(UTC) - timedelta(1))


def revoked(served: Served) -> str:
    token = served.make_token("admin")
    principal = served.parts.authenticator.authenticate(token)
    assert principal.token_id is not None
    served.parts.accounts.revoke_token(principal, principal.token_id)
    return token


@pytest.mark.parametrize("scope", ["ingest", "read", "admin"])
def test_each_scope_opens_exactly_its_routes(
    served: Served, client: httpx.Client, run_id: str, scope: str
) -> None:
    token = served.make_token(scope)
    with served.client(token) as user:
        for operation in operations(client):
            if operation in PUBLIC:
                continue
            answer = ask(user, operation, run_id)
            if scope == "admin" or scope in SCOPES[operation]:
                assert answer.status_code not in (401, 403), (operation, answer.text)
            else:
                assert answer.status_code == 403, (operation, answer.text)
                assert code_of(answer) == "scope_too_low"


def test_a_401_says_how_to_prove_who_one_is(served: Served) -> None:
    with served.client(token=None) as nobody:
        answer = nobody.get("/api/v1/whoami")
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
        assert "Authorization: Bearer" in answer.json()["error"]


def test_a_token_in_the_address_opens_nothing(served: Served) -> None:
    with served.client(token=None) as nobody:
        for name in ("token", "access_token", "authorization"):
            answer = nobody.get("/api/v1/runs", params={name: served.token})
            assert answer.status_code == 401


def test_openapi_says_which_operations_need_a_token(client: httpx.Client) -> None:
    document = client.get("/api/v1/openapi.json").json()
    scheme = document["components"]["securitySchemes"]["token"]
    assert (scheme["type"], scheme["scheme"]) == ("http", "bearer")
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            needs = (method, path) not in PUBLIC
            assert operation.get("security", []) == ([{"token": []}] if needs else [])


def test_a_bound_token_sees_its_project_and_no_other(served: Served) -> None:
    mine = Recording(served.parts, served.admin, project="bound/mine")
    other = Recording(served.parts, served.admin, project="bound/other")
    for recording in (mine, other):
        recording.print((STDOUT, b"x\n"))
    with served.client(served.make_token("read", "bound/mine")) as bound:
        runs = bound.get("/api/v1/runs").json()
        assert [run["id"] for run in runs["items"]] == [mine.run_id]
        projects = bound.get("/api/v1/projects").json()["items"]
        assert [project["name"] for project in projects] == ["bound/mine"]
        for part in ("", "/logs", "/receipt", "/frames", "/chain"):
            answer = bound.get(f"/api/v1/runs/{other.run_id}{part}")
            assert (answer.status_code, answer.json()["code"]) == (404, "run_not_found")
