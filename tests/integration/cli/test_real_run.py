"""The whole path as a user walks it: server, token, login, run, read, prove, sync."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.server.server_process import ServerProcess, server_process
from tests.unit.swiftlog_cli.recording import Outcome

PROGRAM = "import sys; print('out'); print('err', file=sys.stderr); sys.exit(7)"


class User:
    """Somebody at a shell with a home of their own."""

    def __init__(self, home: Path, **environment: str) -> None:
        kept = {k: v for k, v in os.environ.items() if not k.startswith("SWIFTLOG_")}
        self.environ = {
            **kept,
            "HOME": str(home),
            "SWIFTLOG_DATA_DIR": str(home / "data"),
            **environment,
        }

    def swiftlog(self, *arguments: str, stdin: bytes = b"") -> Outcome:
        done = subprocess.run(
            [sys.executable, "-m", "swiftlog_cli", *arguments],
            input=stdin,
            capture_output=True,
            env=self.environ,
            timeout=180,
            check=False,
        )
        return Outcome(done.returncode, done.stdout, done.stderr.decode())


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    with server_process(tmp_path_factory.mktemp("server")) as made:
        yield made


@pytest.fixture
def user(tmp_path: Path, server: ServerProcess) -> User:
    """A user who has logged in."""
    made = User(tmp_path)
    token = server.token.encode()
    result = made.swiftlog("login", server.url, "--token-stdin", stdin=token)
    assert (result.code, result.err) == (0, "")
    return made


def test_a_run_is_delivered_listed_read_and_proven(
    user: User, server: ServerProcess
) -> None:
    done = user.swiftlog("run", "--", sys.executable, "-c", PROGRAM)
    assert (done.code, done.out) == (7, b"out\n")
    first = user.swiftlog("runs", "--json").json[0]
    assert (first["exit_code"], first["status"]) == (7, "failed")
    assert first["delivered"]
    assert first["url"].startswith(server.url)
    assert first["url"] in done.err
    run_id = first["id"]
    assert user.swiftlog("logs", run_id, "--raw", "--stream", "stdout").out == b"out\n"
    assert user.swiftlog("verify", run_id).code == 0
    proven = user.swiftlog("verify", run_id, "--server", "--json").json
    assert proven["ok"]
    assert proven["receipt"]["lines"] == 2
    assert user.swiftlog("watch", run_id, "--quiet").code == 7
    assert user.swiftlog("prune", "--all-delivered").text == f"{run_id}\n"
    assert user.swiftlog("runs", "--local", "--json").json == []
    raw = user.swiftlog("logs", run_id, "--raw", "--stream", "stderr")
    assert raw.out == b"err\n"


def test_sync_delivers_what_a_run_without_server_left(
    user: User, tmp_path: Path
) -> None:
    nowhere = {"SWIFTLOG_SERVER": "127.0.0.1:1", "SWIFTLOG_URL": "http://127.0.0.1:1"}
    done = User(tmp_path, **nowhere).swiftlog("run", "--", "echo", "kept")
    assert (done.code, done.out) == (0, b"kept\n")
    (run,) = user.swiftlog("runs", "--local", "--json").json
    assert not run["delivered"]
    (told,) = user.swiftlog("sync", "--json").json
    assert (told["id"], told["outcome"]) == (run["id"], "delivered")
    assert user.swiftlog("sync", "--json").json == []
    listed = [one["id"] for one in user.swiftlog("runs", "--json").json]
    assert run["id"] in listed


def test_the_address_of_rest_is_learned_from_a_delivered_run(
    tmp_path: Path, server: ServerProcess
) -> None:
    user = User(tmp_path, SWIFTLOG_SERVER=server.grpc, SWIFTLOG_TOKEN=server.token)
    assert user.swiftlog("run", "--quiet", "--", "true").code == 0
    runs = user.swiftlog("runs", "--json")
    assert (runs.code, runs.err) == (0, "")
    assert runs.json[0]["argv"] == ["true"]


def test_no_secret_survives_the_whole_path(user: User) -> None:
    result = user.swiftlog("doctor", "--secrets", "--json")
    checks = {check["name"]: check for check in result.json}
    assert checks["secrets"]["level"] == "ok", checks["secrets"]["text"]
    assert "the server's log" in checks["secrets"]["text"]
    assert (result.code, checks["grpc"]["level"]) == (0, "ok")


def test_a_wrong_token_keeps_the_run_and_says_so(
    tmp_path: Path, server: ServerProcess
) -> None:
    user = User(
        tmp_path,
        SWIFTLOG_SERVER=server.grpc,
        SWIFTLOG_URL=server.url,
        SWIFTLOG_TOKEN="swl_wrong",
    )
    done = user.swiftlog("run", "--", "echo", "kept")
    assert (done.code, done.out) == (0, b"kept\n")
    assert "swl_wrong" not in done.err
    assert user.swiftlog("runs").code == 77
    assert user.swiftlog("sync").code == 75
    assert user.swiftlog("logs", "last", "--raw").out == b"kept\n"
    strict = user.swiftlog("run", "--quiet", "--strict-upload", "--", "true")
    assert strict.code == 75
    refused = user.swiftlog("run", "--require-server", "--", "echo", "never")
    assert (refused.code, refused.out) == (69, b"")


def test_a_damaged_configuration_keeps_no_command_from_running(tmp_path: Path) -> None:
    (tmp_path / ".swiftlog").mkdir()
    (tmp_path / ".swiftlog" / "config.yaml").write_text(": : :\n- x")
    user = User(tmp_path, SWIFTLOG_TIMEOUT="soon")
    done = user.swiftlog("run", "--", "echo", "ran")
    assert (done.code, done.out) == (0, b"ran\n")
    assert "passed over: " in done.err
    assert user.swiftlog("runs").code == 64


def test_a_wrapped_success_imports_no_command_line_library(tmp_path: Path) -> None:
    user = User(tmp_path, PYTHONPROFILEIMPORTTIME="1")
    done = user.swiftlog("run", "--quiet", "--", "true")
    assert done.code == 0
    loaded = {line.rpartition("|")[2].strip() for line in done.err.splitlines()}
    assert "swiftlog_core.session" in loaded
    heavy = {"click", "rich", "httpx", "pydantic", "asyncio", "yaml", "dataclasses"}
    assert not loaded & heavy
