"""`completion`, `mask`, `pipe`, `server`, `admin`: the doors to other parts."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from swiftlog_cli import server_door
from swiftlog_cli.commands import COMMANDS
from swiftlog_core.events import STDOUT
from swiftlog_core.recorder.mask_socket import MaskSocket, send_mask
from tests.unit.swiftlog_cli.recording import MakeRun, Swiftlog


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_prints_a_script(swiftlog: Swiftlog, shell: str) -> None:
    result = swiftlog("completion", shell)
    assert (result.code, result.err) == (0, "")
    assert "_SWIFTLOG_COMPLETE" in result.text


def complete(words: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-m", "swiftlog_cli"],
        env={
            **os.environ,
            "_SWIFTLOG_COMPLETE": "bash_complete",
            "COMP_WORDS": words,
            "COMP_CWORD": str(len(words.split(" ")) - 1),
        },
        check=True,
        capture_output=True,
        text=True,
    )
    return [line.partition(",")[2] for line in done.stdout.splitlines()]


def test_commands_options_and_runs_are_completed(make_run: MakeRun) -> None:
    run_id = make_run([(STDOUT, 0, b"x\n")])
    assert complete("swiftlog ") == list(COMMANDS)
    assert "--idle-timeout" in complete("swiftlog run --")
    assert complete("swiftlog run --pty a") == ["auto", "always"]
    assert complete("swiftlog logs l")[0] == "last"
    assert run_id in complete(f"swiftlog show {run_id[:4]}")


def test_masks_are_heard_where_a_recorder_that_died_has_left_its_socket(
    tmp_path: Path,
) -> None:
    path = str(tmp_path / "m" / "s")
    left = MaskSocket(path, lambda _name, _value: "")
    heir = MaskSocket(path, lambda _name, _value: "it is the heir")
    try:
        assert heir.listening
        assert send_mask(path, "N", b"value") == "it is the heir"
    finally:
        left.close()
        heir.close()


def test_mask_add_hands_the_value_to_the_recorder(
    swiftlog: Swiftlog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[tuple[str, bytes]] = []

    def add(name: str, value: bytes) -> str:
        heard.append((name, value))
        return "" if len(value) > 5 else "shorter than 6 bytes"

    folder = tmp_path / "m"
    socket = MaskSocket(str(folder / "s"), add)
    assert socket.listening
    monkeypatch.setenv("SWIFTLOG_MASK_SOCKET", str(folder / "s"))
    monkeypatch.setenv("DB_PASSWORD", "from environment")
    try:
        assert swiftlog("mask", "add", "--name", "N", stdin=b"a\nvalue\r\n").code == 0
        assert swiftlog("mask", "add", "--env", "DB_PASSWORD").code == 0
        short = swiftlog("mask", "add", stdin=b"abc")
        assert swiftlog("mask", "add", stdin=b"\n").code == 64
        assert swiftlog("mask", "add", "--env", "NOT_THERE").code == 64
    finally:
        socket.close()
    assert heard == [
        ("N", b"a\nvalue"),
        ("DB_PASSWORD", b"from environment"),
        ("", b"abc"),
    ]
    assert short.code == 0
    assert "not hidden: shorter than 6 bytes" in short.err


def test_mask_add_outside_a_run_says_so(swiftlog: Swiftlog) -> None:
    result = swiftlog("mask", "add", stdin=b"secret value")
    assert result.code == 64
    assert "no run around us" in result.err


def test_pipe_passes_bytes_on_and_records_them(data_dir: Path) -> None:
    data = b"one\n\xff\xfe\0no end"
    done = subprocess.run(
        [sys.executable, "-m", "swiftlog_cli", "pipe", "--quiet", "--", "make", "all"],
        input=data,
        capture_output=True,
        check=True,
    )
    assert (done.stdout, done.stderr) == (data, b"")
    assert len(list((data_dir / "runs").glob("*.slog"))) == 1
    raw = subprocess.run(
        [sys.executable, "-m", "swiftlog_cli", "logs", "last", "--raw"],
        capture_output=True,
        check=True,
    )
    assert raw.stdout == data


def test_a_missing_server_library_says_what_to_install(
    swiftlog: Swiftlog, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_module(_: str) -> None:
        text = "No module named 'uvicorn'"
        raise ModuleNotFoundError(text, name="uvicorn")

    monkeypatch.setattr(server_door, "import_module", no_module)
    for words in (("server",), ("admin", "token"), ("admin", "migrate")):
        result = swiftlog(*words)
        assert (result.code, result.out) == (64, b"")
        assert "pip install 'swiftlog[server]'" in result.err


def test_server_options_reach_the_server(
    swiftlog: Swiftlog, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: dict[str, object] = {}

    def main(**options: object) -> int:
        heard.update(options)
        return 0

    monkeypatch.setattr(
        server_door, "import_module", lambda _: SimpleNamespace(main=main)
    )
    assert swiftlog("server", "--grpc-port", "0", "--host", "::1").code == 0
    given = {name: value for name, value in heard.items() if value is not None}
    assert given == {"grpc_port": 0, "host": "::1"}


def test_a_token_is_the_last_line_and_expires_as_asked(
    swiftlog: Swiftlog, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[object] = []

    def make_token(*wish: object) -> str:
        heard.extend(wish)
        return "swl_new"

    monkeypatch.setattr(
        server_door, "import_module", lambda _: SimpleNamespace(make_token=make_token)
    )
    result = swiftlog(
        "admin", "token", "--scope", "ingest", "--project", "a/b", "--expires", "2w"
    )
    assert result.text.splitlines()[-1] == "swl_new"
    assert heard == ["swiftlog admin token", "ingest", "a/b", 14]
    assert swiftlog("admin", "token", "--expires", "soon").code == 64
