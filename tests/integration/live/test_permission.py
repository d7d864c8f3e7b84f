"""Who may follow: proven at the start, checked again, and told by the close code."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from swiftlog_server.accounts.models import Membership, User
from swiftlog_server.accounts.service import TokenWish
from swiftlog_server.live import routes
from tests.integration.serving import Recording

if TYPE_CHECKING:
    from tests.integration.serving import Served

PATIENCE_SECONDS = 20.0


@pytest.fixture
def recording(served: Served) -> Recording:
    recording = Recording(served.parts, served.admin, project="live/own")
    recording.out(b"line\n")
    return recording


def open_live(
    served: Served, path: str, token: str | None = None, **headers: str
) -> ClientConnection:
    if token is not None:
        headers["Authorization"] = f"Bearer {token}"
    return connect(f"{served.ws_url}/api/v1/{path}", additional_headers=headers)


def closed_with(socket: ClientConnection) -> tuple[int, str]:
    """Read until the server closes; return the code and the reason."""
    with pytest.raises(ConnectionClosed) as closed:
        read_all(socket)
    received = closed.value.rcvd
    assert received is not None
    return received.code, received.reason


def read_all(socket: ClientConnection) -> None:
    while True:
        socket.recv(PATIENCE_SECONDS)


def first_message(socket: ClientConnection) -> dict[str, Any]:
    message: dict[str, Any] = json.loads(socket.recv(PATIENCE_SECONDS))
    return message


PATHS = ["runs/{run_id}/live", "live"]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("token", ["swl_" + "x" * 43, "nonsense"])
def test_a_wrong_token_is_closed_with_4401(
    served: Served, recording: Recording, path: str, token: str
) -> None:
    with open_live(served, path.format(run_id=recording.run_id), token) as socket:
        code, reason = closed_with(socket)
    assert code == 4401
    assert token not in reason


@pytest.mark.parametrize("path", PATHS)
def test_an_ingest_token_is_closed_with_4403(
    served: Served, recording: Recording, path: str
) -> None:
    token = served.make_token("ingest")
    with open_live(served, path.format(run_id=recording.run_id), token) as socket:
        assert closed_with(socket)[0] == 4403


@pytest.mark.parametrize("path", PATHS)
def test_a_first_message_proves_who_it_is(
    served: Served, recording: Recording, path: str
) -> None:
    token = served.make_token("read")
    with open_live(served, path.format(run_id=recording.run_id)) as socket:
        socket.send(json.dumps({"type": "auth", "token": token}))
        assert first_message(socket)["type"] == "status"


@pytest.mark.parametrize(
    "message",
    [
        "",
        "{",
        "[]",
        '"auth"',
        '{"type": "auth"}',
        '{"type": "auth", "token": 5}',
        '{"type": "subscribe"}',
        b"\x00\x01",
    ],
)
def test_another_first_message_is_closed_with_4401(
    served: Served, recording: Recording, message: str | bytes
) -> None:
    with open_live(served, f"runs/{recording.run_id}/live") as socket:
        socket.send(message)
        assert closed_with(socket)[0] == 4401


def test_silence_is_closed_with_4401(
    served: Served, recording: Recording, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(routes, "AUTH_SECONDS", 0.2)
    with open_live(served, f"runs/{recording.run_id}/live") as socket:
        code, reason = closed_with(socket)
    assert code == 4401
    assert reason.startswith("no token came within 0.2 s")


def test_a_token_in_the_address_proves_nothing(
    served: Served, recording: Recording, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(routes, "AUTH_SECONDS", 0.2)
    path = f"runs/{recording.run_id}/live?token={served.token}"
    with open_live(served, path) as socket:
        assert closed_with(socket)[0] == 4401


@pytest.mark.parametrize("run_id", ["0197a000-0000-7000-8000-ffffffffffff", "nope"])
def test_a_run_that_is_not_there_is_closed_with_4404(
    served: Served, run_id: str
) -> None:
    with open_live(served, f"runs/{run_id}/live", served.token) as socket:
        assert closed_with(socket)[0] == 4404


def test_a_foreign_run_is_closed_with_4404(
    served: Served, recording: Recording
) -> None:
    Recording(served.parts, served.admin, project="live/other")
    token = served.make_token("read", "live/other")
    with open_live(served, f"runs/{recording.run_id}/live", token) as socket:
        assert closed_with(socket)[0] == 4404


@pytest.mark.parametrize(
    "query", ["from_line=x", "from_line=-1", f"from_line={2**60}", "batch=yes"]
)
def test_a_parameter_that_cannot_be_used_is_closed_with_4400(
    served: Served, recording: Recording, query: str
) -> None:
    path = f"runs/{recording.run_id}/live?{query}"
    with open_live(served, path, served.token) as socket:
        code, reason = closed_with(socket)
    assert code == 4400
    assert query.partition("=")[0] in reason


def test_a_revoked_token_is_closed_at_the_next_check(
    served: Served, recording: Recording, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(routes, "RECHECK_SECONDS", 0.2)
    token = served.make_token("read")
    principal = served.parts.authenticator.authenticate(token)
    with open_live(served, f"runs/{recording.run_id}/live", token) as socket:
        assert first_message(socket)["type"] == "status"
        assert principal.token_id is not None
        served.parts.accounts.revoke_token(principal, principal.token_id)
        assert closed_with(socket)[0] == 4401


def test_a_lost_membership_is_closed_at_the_next_check(
    served: Served, recording: Recording, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(routes, "RECHECK_SECONDS", 0.2)
    now = datetime(2026, 11, 24, tzinfo=UTC)
    project = served.parts.projects.by_name(served.admin, "live/own")
    with served.parts.database.writing() as session:
        user = User(login=recording.run_id, created_at=now)
        session.add(user)
        session.flush()
        assert user.id is not None
        membership = Membership(
            user_id=user.id, project_id=project.id, role="viewer", created_at=now
        )
        session.add(membership)
    member = served.admin._replace(user_id=user.id, is_admin=False)
    token = served.parts.accounts.create_token(member, TokenWish("m", "read")).token
    with open_live(served, f"runs/{recording.run_id}/live", token) as socket:
        assert first_message(socket)["type"] == "status"
        with served.parts.database.writing() as session:
            session.delete(membership)
        served.parts.authenticator.forget_user(user.id)
        assert closed_with(socket)[0] == 4404


def test_a_deleted_run_is_closed_with_4404(
    served: Served, recording: Recording
) -> None:
    recording.close()
    with open_live(served, f"runs/{recording.run_id}/live", served.token) as socket:
        assert first_message(socket)["type"] == "status"
        with served.client() as client:
            client.delete(f"/api/v1/runs/{recording.run_id}").raise_for_status()
        assert closed_with(socket)[0] == 4404


def test_a_client_that_talks_is_not_listened_to_but_not_without_bounds(
    served: Served, recording: Recording
) -> None:
    with open_live(served, f"runs/{recording.run_id}/live", served.token) as socket:
        assert first_message(socket)["type"] == "status"
        for message in ("hello", b"bytes", '{"type": "auth", "token": "x"}'):
            socket.send(message)
        recording.out(b"still here\n")
        while first_message(socket).get("content") != "still here":
            pass
        socket.send("x" * 100_000)
        assert closed_with(socket)[0] == 1009


def test_the_board_shows_only_what_lies_within_reach(
    served: Served, recording: Recording
) -> None:
    Recording(served.parts, served.admin, project="live/other")
    token = served.make_token("read", "live/other")
    with open_live(served, "live", token) as socket:
        foreign = Recording(served.parts, served.admin, project="live/own")
        mine = Recording(served.parts, served.admin, project="live/other")
        seen = set()
        while mine.run_id not in seen:
            seen.add(first_message(socket)["run_id"])
    assert not seen & {recording.run_id, foreign.run_id}
