"""What people who are no administrators see and may do, by their roles."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from swiftlog_server.accounts.models import Membership, User
from swiftlog_server.accounts.service import TokenWish
from tests.integration.serving import Recording

if TYPE_CHECKING:
    from tests.integration.serving import Served

NOW = datetime(2026, 11, 24, tzinfo=UTC)


@pytest.fixture(scope="module")
def runs(served: Served) -> dict[str, Recording]:
    made = {
        name: Recording(served.parts, served.admin, project=f"team/{name}")
        for name in ("own", "seen", "foreign")
    }
    for recording in made.values():
        recording.out(b"line\n")
        recording.close()
    return made


@pytest.fixture(scope="module")
def token(served: Served, runs: dict[str, Recording]) -> str:
    """A user who maintains one project, views another, and is foreign to the rest."""
    del runs
    ids = {
        name: served.parts.projects.by_name(served.admin, f"team/{name}").id
        for name in ("own", "seen")
    }
    with served.parts.database.writing() as session:
        user = User(login="member", created_at=NOW)
        session.add(user)
        session.flush()
        assert user.id is not None
        for name, role in (("own", "maintainer"), ("seen", "viewer")):
            session.add(
                Membership(
                    user_id=user.id, project_id=ids[name], role=role, created_at=NOW
                )
            )
    member = served.admin._replace(user_id=user.id, is_admin=False)
    made = served.parts.accounts.create_token(member, TokenWish("m", "admin"))
    return made.token


def test_lists_hold_only_projects_with_a_role(
    served: Served, runs: dict[str, Recording], token: str
) -> None:
    with served.client(token) as member:
        page = member.get("/api/v1/runs").json()
        mine = {runs["own"].run_id, runs["seen"].run_id}
        assert ({run["id"] for run in page["items"]}, page["total"]) == (mine, 2)
        names = [p["name"] for p in member.get("/api/v1/projects").json()["items"]]
        assert names == ["team/own", "team/seen"]
        filtered = member.get("/api/v1/runs", params={"project": "team/foreign"})
        assert filtered.json()["total"] == 0


def test_a_foreign_run_does_not_exist_whatever_is_asked_of_it(
    served: Served, runs: dict[str, Recording], token: str
) -> None:
    address = f"/api/v1/runs/{runs['foreign'].run_id}"
    with served.client(token) as member:
        for part in ("", "/logs", "/logs?format=raw", "/receipt", "/frames", "/chain"):
            assert member.get(address + part).status_code == 404, part
        assert member.delete(address).status_code == 404
    with served.client() as admin:
        run = admin.get(address).json()
    with served.client(token) as member:
        project = f"/api/v1/projects/{run['project_id']}"
        for path in (project, f"{project}/groups", f"/api/v1/groups/{run['group_id']}"):
            assert member.get(path).status_code == 404, path


def test_too_low_a_role_in_an_own_project_is_a_403(
    served: Served, runs: dict[str, Recording], token: str
) -> None:
    with served.client(token) as member:
        answer = member.delete(f"/api/v1/runs/{runs['seen'].run_id}")
        assert (answer.status_code, answer.json()["code"]) == (403, "role_too_low")
        assert answer.json()["details"] == {"role": "viewer", "needed": "maintainer"}
        answer = member.post("/api/v1/projects", json={"name": "mine"})
        assert answer.status_code == 403
        assert member.delete(f"/api/v1/runs/{runs['own'].run_id}").status_code == 204


def test_a_member_sees_no_token_of_others(served: Served, token: str) -> None:
    with served.client(token) as member:
        page = member.get("/api/v1/tokens").json()
        assert [row["name"] for row in page["items"]] == ["m"]
        admin_id = served.admin.token_id
        assert member.delete(f"/api/v1/tokens/{admin_id}").status_code == 404
        answer = member.post(
            "/api/v1/tokens",
            json={"name": "x", "scope": "read", "project": "team/foreign"},
        )
        assert (answer.status_code, answer.json()["code"]) == (404, "project_not_found")
