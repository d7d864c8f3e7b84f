"""`swiftlog config`: a file of 0600, checked values, secrets never printed."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from swiftlog_cli.config_file import change
from swiftlog_core.config import read_file
from tests.unit.swiftlog_cli.recording import Swiftlog


def test_what_is_set_is_got_and_listed(swiftlog: Swiftlog, tmp_path: Path) -> None:
    assert swiftlog("config", "set", "server", "http://box:50051").code == 0
    assert swiftlog("config", "get", "server").text == "http://box:50051\n"
    listed = swiftlog("config", "list", "--json").json
    assert listed["server"] == {"value": "http://box:50051", "source": "file"}
    assert listed["pty"] == {"value": "auto", "source": "default"}
    path = Path(swiftlog("config", "path").text.strip())
    assert path == tmp_path / "home" / ".swiftlog" / "config.yaml"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert swiftlog("config", "unset", "server").code == 0
    assert swiftlog("config", "get", "server").text == "\n"


def test_a_token_as_an_argument_is_warned_of_and_one_from_stdin_is_not(
    swiftlog: Swiftlog,
) -> None:
    assert "history" in swiftlog("config", "set", "token", "swl_a").err
    result = swiftlog("config", "set", "token", "-", stdin=b"swl_b\n")
    assert (result.code, result.err) == (0, "")
    assert swiftlog("config", "get", "token").text == "***\n"
    assert "swl_b" not in swiftlog("config", "list").text


def test_the_environment_beats_the_file(
    swiftlog: Swiftlog, monkeypatch: pytest.MonkeyPatch
) -> None:
    swiftlog("config", "set", "group", "from-file")
    monkeypatch.setenv("SWIFTLOG_GROUP", "from-environment")
    listed = swiftlog("config", "list", "--json").json
    assert listed["group"] == {"value": "from-environment", "source": "environment"}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("set", "nonsense", "1"), "no setting 'nonsense'"),
        (("set", "timeout", "soon"), "like 90, 90s"),
        (("set", "pty", "perhaps"), "auto, always, never"),
        (("set", "group", "a\nb"), "one line"),
        (("get", "nonsense"), "no setting"),
    ],
)
def test_what_cannot_be_set_is_refused(
    swiftlog: Swiftlog, arguments: tuple[str, ...], words: str
) -> None:
    result = swiftlog("config", *arguments)
    assert (result.code, result.out) == (64, b"")
    assert words in result.err


def test_a_setting_may_be_named_as_flag_or_variable(swiftlog: Swiftlog) -> None:
    swiftlog("config", "set", "SWIFTLOG_IDLE_TIMEOUT", "90s")
    assert swiftlog("config", "get", "--", "--idle-timeout").text == "90\n"


@given(st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=30))
def test_any_text_comes_back_as_it_was_set(
    tmp_path_factory: pytest.TempPathFactory, value: str
) -> None:
    path = tmp_path_factory.mktemp("home") / "config.yaml"
    change(path, {"group": value, "quiet": "1"})
    assert read_file(str(path)) == {"group": value, "quiet": "1"}
    assert yaml.safe_load(path.read_text())["group"] == value
