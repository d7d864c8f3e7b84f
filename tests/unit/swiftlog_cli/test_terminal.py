"""On a terminal: tables and colours for people, and nothing of the log is obeyed."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from swiftlog_core.events import STDOUT
from tests.unit.swiftlog_cli.recording import MakeRun


def on_terminal(*arguments: str, **environment: str) -> bytes:
    """Return what the command writes to a terminal of 100 columns."""
    master, slave = os.openpty()
    try:
        process = subprocess.Popen(
            [sys.executable, "-m", "swiftlog_cli", *arguments],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env={**os.environ, "TERM": "xterm", "COLUMNS": "100", **environment},
        )
        os.close(slave)
        slave = -1
        out = b""
        while True:
            try:
                data = os.read(master, 65536)
            except OSError:  # Linux: the last one who wrote is gone
                break
            if not data:
                break
            out += data
        process.wait(60)
        return out
    finally:
        os.close(master)
        if slave >= 0:
            os.close(slave)


@pytest.fixture
def run_id(make_run: MakeRun) -> str:
    text = b"\x1b]0;owned\x07\x1b[2J\x1b[31mred\x1b[0m\nmain.c:1:1: error: bad\nlast"
    return make_run([(STDOUT, 0, text)], 1, argv=("make", "\x1b[2Jx"))


def test_logs_show_escapes_and_keep_colours(run_id: str) -> None:
    out = on_terminal("logs", run_id)
    assert b"\x1b]" not in out
    assert b"\x1b[2J" not in out
    assert "␛]0;owned␇␛[2J\x1b[31mred\x1b[0m".encode() in out
    assert out.endswith(b"last\r\n")


def test_no_color_takes_the_colours_out(run_id: str) -> None:
    assert b"\x1b" not in on_terminal("logs", run_id, NO_COLOR="1")
    assert b"\x1b" not in on_terminal("show", run_id, NO_COLOR="1")


def test_raw_is_raw_on_a_terminal_too(run_id: str) -> None:
    assert b"\x1b]0;owned\x07\x1b[2J" in on_terminal("logs", run_id, "--raw")


@pytest.mark.parametrize("command", [("runs",), ("show", "last"), ("explain", "last")])
def test_what_a_run_is_called_and_printed_is_not_obeyed(
    run_id: str, command: tuple[str, ...]
) -> None:
    out = on_terminal(*command)
    assert b"\x1b[2J" not in out
    assert b"\x1b]" not in out
    assert run_id[:18].encode() in out or command[0] == "explain"


def test_json_is_indented_for_people(run_id: str) -> None:
    assert on_terminal("runs", "--json").startswith(b"[\r\n  {\r\n")
    assert run_id
