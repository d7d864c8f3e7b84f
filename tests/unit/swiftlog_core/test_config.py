"""Settings: flags beat the environment, which beats the file, which beats defaults."""

from __future__ import annotations

from pathlib import Path

import pytest

from swiftlog_core.config import data_dirs, parse_seconds, read_file, resolve
from swiftlog_core.errors import ConfigError, UsageError
from swiftlog_core.settings import SETTINGS, parse_flags


def home(tmp_path: Path, text: str) -> dict[str, str]:
    folder = tmp_path / ".swiftlog"
    folder.mkdir()
    (folder / "config.yaml").write_text(text)
    return {"HOME": str(tmp_path)}


def test_flags_beat_environment_beats_file_beats_default(tmp_path: Path) -> None:
    environ = home(tmp_path, "project: from-file\ngroup: from-file\npty: never\n")
    environ |= {"SWIFTLOG_PROJECT": "from-env", "SWIFTLOG_GROUP": "from-env"}
    config = resolve({"project": "from-flag"}, environ)
    assert config.text("project") == "from-flag"
    assert config.text("group") == "from-env"
    assert config.text("pty") == "never"
    assert config.seconds("grace") == 10
    assert [config.sources[n] for n in ("project", "group", "pty", "grace")] == [
        "flag",
        "environment",
        "file",
        "default",
    ]


def test_a_missing_file_and_no_home_are_no_errors(tmp_path: Path) -> None:
    assert resolve({}, {}).text("server") == ""
    assert resolve({}, {"HOME": str(tmp_path)}).text("server") == ""


def test_the_plain_reader_agrees_with_yaml(tmp_path: Path) -> None:
    plain = tmp_path / "plain.yaml"
    plain.write_text(
        "# note\nserver: ci.example.org:50051\nquiet: true\nmeta: a=1,b=2\n"
    )
    rich = tmp_path / "rich.yaml"
    rich.write_text(
        'server: "ci.example.org:50051"\nquiet: true\nmeta: ["a=1", "b=2"]\n'
    )
    for path in (plain, rich):
        values = read_file(str(path))
        assert values["server"] == "ci.example.org:50051"
    environ = home(tmp_path, rich.read_text())
    assert resolve({}, environ).on("quiet") is True
    assert resolve({}, environ).many("meta") == ("a=1", "b=2")


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("servr: x\n", "servr"),
        ("- a\n", "mapping"),
        ("server: [\n", "YAML"),
        ("timeout: soon\n", "timeout"),
        ("pty: perhaps\n", "pty"),
        ("quiet: maybe\n", "quiet"),
    ],
)
def test_a_bad_file_names_what_does_not_fit(
    tmp_path: Path, text: str, names: str
) -> None:
    with pytest.raises(ConfigError, match=names):
        resolve({}, home(tmp_path, text))


@pytest.mark.parametrize(
    ("text", "seconds"), [("90", 90), ("1.5s", 1.5), ("15m", 900), ("2h", 7200)]
)
def test_times_are_read_with_their_units(text: str, seconds: float) -> None:
    assert parse_seconds(text, "--timeout") == seconds


@pytest.mark.parametrize("text", ["", "0", "-1", "nan", "inf", "1e400", "5d", "x", "s"])
def test_times_that_are_none_are_refused(text: str) -> None:
    with pytest.raises(ConfigError, match="--timeout"):
        parse_seconds(text, "--timeout")


def test_flags_end_at_the_command_or_at_two_dashes() -> None:
    flags, rest = parse_flags("run", ["--quiet", "--group=g", "make", "--quiet"])
    assert (flags, rest) == ({"quiet": True, "group": "g"}, ["make", "--quiet"])
    flags, rest = parse_flags("run", ["--meta", "a=1", "--meta", "b=2", "--", "--x"])
    assert (flags, rest) == ({"meta": ["a=1", "b=2"]}, ["--x"])


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--nope"], "--nope"),
        (["--timeout"], "needs a value"),
        (["--quiet=1"], "takes no value"),
    ],
)
def test_wrong_flags_are_named(words: list[str], says: str) -> None:
    with pytest.raises(UsageError, match=says):
        parse_flags("run", words)


def test_every_setting_has_a_help_text_and_a_default_that_fits() -> None:
    for setting in SETTINGS:
        assert setting.help.endswith("."), setting.name
    resolve({}, {})


def test_data_is_kept_where_the_user_says_else_in_the_home() -> None:
    config = resolve({}, {"SWIFTLOG_DATA_DIR": "/d", "HOME": "/h"})
    assert data_dirs(config) == ["/d"]
    places = data_dirs(resolve({}, {"HOME": "/h", "TMPDIR": "/t"}))
    assert places[0] == "/h/.local/share/swiftlog"
    assert places[1].startswith("/t/swiftlog-")
