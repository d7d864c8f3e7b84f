"""Runs are listed, found and deleted within what one may see."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from swiftlog_core.events import STDOUT
from tests.integration.serving import STARTED_NS, Recording

if TYPE_CHECKING:
    import httpx

    from tests.integration.serving import Served

HOUR_NS = 3_600_000_000_000


def ids(answer: httpx.Response) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [run["id"] for run in answer.json()["items"]]


@pytest.fixture(scope="module")
def runs(served: Served) -> list[Recording]:
    """Five runs of two groups, an hour apart; the third failed, the last runs."""
    made = [
        Recording(
            served.parts,
            served.admin,
            project="list/runs",
            group="test" if number % 2 else "build",
            started_ns=STARTED_NS + number * HOUR_NS,
            ci={"branch": "main" if number < 3 else "fix/x", "commit": f"c{number}"},
        )
        for number in range(5)
    ]
    for number, recording in enumerate(made[:-1]):
        recording.close(exit_code=1 if number == 2 else 0)
    return made


def test_runs_are_listed_newest_first(
    client: httpx.Client, runs: list[Recording]
) -> None:
    answer = client.get("/api/v1/runs", params={"project": "list/runs"})
    assert ids(answer) == [run.run_id for run in reversed(runs)]
    assert answer.json()["total"] == 5


def test_pages_join_to_the_list_and_know_the_total(
    client: httpx.Client, runs: list[Recording]
) -> None:
    joined: list[str] = []
    for offset in range(0, 8, 2):
        params = {"project": "list/runs", "limit": 2, "offset": offset}
        answer = client.get("/api/v1/runs", params=params)
        assert answer.json()["total"] == 5
        joined += ids(answer)
    assert joined == [run.run_id for run in reversed(runs)]


@pytest.mark.parametrize(
    ("params", "numbers"),
    [
        ({"group": "test"}, [3, 1]),
        ({"group": "none"}, []),
        ({"status": "failed"}, [2]),
        ({"status": "running"}, [4]),
        ({"branch": "fix/x"}, [4, 3]),
        ({"branch": "main", "status": "success"}, [1, 0]),
        ({"commit": "c3"}, [3]),
        ({"since": "2025-11-24T18:00:00Z"}, [4, 3, 2]),
        ({"since": "2025-11-24T19:00:00+01:00"}, [4, 3, 2]),
        ({"until": "2025-11-24T17:00:00Z"}, [0]),
    ],
)
def test_filters_narrow_the_list(
    client: httpx.Client,
    runs: list[Recording],
    params: dict[str, str],
    numbers: list[int],
) -> None:
    answer = client.get("/api/v1/runs", params={"project": "list/runs"} | params)
    assert ids(answer) == [runs[number].run_id for number in numbers]
    assert answer.json()["total"] == len(numbers)


def test_filters_by_number_are_those_that_routes_show(
    client: httpx.Client, runs: list[Recording]
) -> None:
    run = client.get(f"/api/v1/runs/{runs[1].run_id}").json()
    for params in (
        {"project_id": run["project_id"], "group_id": run["group_id"]},
        {"project": run["project"], "group": run["group"]},
    ):
        found = ids(client.get("/api/v1/runs", params=params))
        assert found == [runs[3].run_id, runs[1].run_id]
    groups = client.get(f"/api/v1/projects/{run['project_id']}/groups").json()
    assert [group["name"] for group in groups["items"]] == ["build", "test"]
    group = client.get(f"/api/v1/groups/{run['group_id']}").json()
    assert (group["name"], group["project_id"]) == ("test", run["project_id"])
    project = client.get(f"/api/v1/projects/{run['project_id']}").json()
    assert project["name"] == "list/runs"
    named = client.get("/api/v1/projects", params={"name": "list/runs"}).json()
    assert named["items"] == [project]
    unnamed = client.get("/api/v1/projects", params={"name": "list"}).json()
    assert (unnamed["items"], unnamed["total"]) == ([], 0)


def test_a_run_is_told_as_it_was_and_ended(
    served: Served, client: httpx.Client
) -> None:
    recording = Recording(
        served.parts,
        served.admin,
        argv=("make", "täst", "a b"),
        meta={"k": "v"},
        tty=True,
        host="box",
    )
    recording.print((STDOUT, b"one\ntwo\n"))
    running = client.get(f"/api/v1/runs/{recording.run_id}").json()
    assert (running["status"], running["exit_code"]) == ("running", None)
    assert (running["complete"], running["end_time"]) == (False, None)
    recording.close(exit_code=7)
    run = client.get(f"/api/v1/runs/{recording.run_id}").json()
    assert (run["status"], run["exit_code"], run["complete"]) == ("failed", 7, True)
    assert run["version"] > running["version"]
    assert run["argv"] == ["make", "täst", "a b"]
    assert (run["meta"], run["tty"], run["host"]) == ({"k": "v"}, True, "box")
    assert (run["lines"], run["size"], run["frames"]) == (2, 8, 1)
    assert run["start_time"] == "2025-11-24T16:00:00.123457Z"
    assert run["end_time"] > run["start_time"]


def test_a_run_is_found_by_how_its_id_begins(
    served: Served, client: httpx.Client
) -> None:
    first, second = (
        "aaaaaaaa-0000-7000-8000-000000000001",
        "aaaaaaaa-0000-7000-8000-000000000002",
    )
    for run_id in (first, second):
        Recording(served.parts, served.admin, run_id=run_id)
    assert client.get(f"/api/v1/runs/{first[:-1]}").status_code == 409
    answer = client.get("/api/v1/runs/aaaaaaaa")
    assert (answer.status_code, answer.json()["code"]) == (409, "run_ambiguous")
    assert sorted(answer.json()["details"]["matches"]) == [first, second]
    assert client.get(f"/api/v1/runs/{second}").json()["id"] == second
    assert client.get("/api/v1/runs/aaa").status_code == 404


def test_a_run_that_has_ended_is_deleted_with_its_log(
    served: Served, client: httpx.Client
) -> None:
    recording = Recording(served.parts, served.admin)
    recording.out(b"gone\n")
    address = f"/api/v1/runs/{recording.run_id}"
    answer = client.delete(address)
    assert (answer.status_code, answer.json()["code"]) == (409, "run_still_running")
    recording.close()
    assert client.delete(address).status_code == 204
    assert client.get(address).status_code == 404
    assert client.get(f"{address}/logs").status_code == 404
    assert not list(served.parts.store.frames(recording.run_id))
    assert client.delete(address).status_code == 404


def test_a_new_token_works_and_is_shown_once(
    served: Served, client: httpx.Client
) -> None:
    Recording(served.parts, served.admin, project="token/project")
    wish = {"name": "ci", "scope": "ingest", "project": "token/project"}
    answer = client.post("/api/v1/tokens", json=wish)
    assert answer.status_code == 201
    made = answer.json()
    assert made["token"].startswith("swl_")
    assert made["expires_at"] is not None
    listed = client.get("/api/v1/tokens", params={"limit": 500})
    assert made["token"] not in listed.text
    (row,) = [token for token in listed.json()["items"] if token["id"] == made["id"]]
    assert row == {key: value for key, value in made.items() if key != "token"}
    with served.client(made["token"]) as user:
        me = user.get("/api/v1/whoami").json()
        assert (me["scope"], me["project_id"]) == ("ingest", made["project_id"])
    assert client.delete(f"/api/v1/tokens/{made['id']}").status_code == 204
    with served.client(made["token"]) as user:
        assert user.get("/api/v1/whoami").status_code == 401
    wish["project"] = "no/such"
    assert client.post("/api/v1/tokens", json=wish).status_code == 404
