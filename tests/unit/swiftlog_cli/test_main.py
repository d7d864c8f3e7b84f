"""The entry point: `run` without click, everything else with it, one meaning."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import click
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from swiftlog_cli.app import app
from swiftlog_cli.commands import COMMANDS
from swiftlog_cli.options import given_flags
from swiftlog_core.errors import UsageError
from swiftlog_core.events import STDOUT
from swiftlog_core.settings import FLAG, SETTINGS, parse_flags
from tests.unit.swiftlog_cli.recording import MakeRun, Swiftlog

WORDS = ["-", "--", "make", "-x", "a=b", "", "--help", "--nope", "--quiet", "äö"]


def flags_of(command: str) -> st.SearchStrategy[list[str]]:
    words: list[st.SearchStrategy[list[str]]] = []
    value = st.sampled_from([*WORDS, "auto", "5", "x y"])
    for setting in SETTINGS:
        if not setting.flag or command not in setting.commands:
            continue
        if setting.kind == FLAG:
            words.append(st.just([setting.flag]))
            words.append(st.just([f"{setting.flag}=1"]))
        else:
            flag = setting.flag
            words.append(value.map(lambda v, f=flag: [f, v]))  # type: ignore[misc] # a default keeps the flag
            words.append(value.map(lambda v, f=flag: [f"{f}={v}"]))  # type: ignore[misc] # the same
            words.append(st.just([flag]))
    parts = st.lists(st.one_of(*words, st.sampled_from(WORDS).map(lambda w: [w])))
    return parts.map(lambda lists: [word for one in lists for word in one])


def as_click(command: str, arguments: list[str]) -> tuple[Any, list[str]] | None:
    """Return what click makes of *arguments*; None for an error or the help."""
    found = app.get_command(click.Context(app), command)
    assert found is not None
    try:
        context = found.make_context(command, list(arguments))
    except (click.ClickException, click.exceptions.Exit):
        return None
    rest = list(context.params.pop("command", ()))
    return given_flags(context.params), rest


@given(flags_of("run"))
@example(["--", "--", "x"])
@example(["make", "--", "x"])
@example(["--group=", "make"])
@example(["--meta", "a=1", "--meta=b=2", "--quiet", "--", "make", "--quiet"])
def test_both_parsers_of_run_understand_the_same(arguments: list[str]) -> None:
    try:
        ours: Any = parse_flags("run", arguments)
    except UsageError:
        ours = None
    if ours is not None and not ours[1]:
        ours = None  # no command: `swiftlog_cli.main` refuses it, as click does
    theirs = as_click("run", arguments)
    assert theirs == ours


def test_every_command_of_the_table_can_be_called_for_help(swiftlog: Swiftlog) -> None:
    for name in COMMANDS:
        result = swiftlog(name, "--help")
        assert (result.code, result.err) == (0, ""), name
        assert result.text.startswith(f"Usage: swiftlog {name} ")
        assert "Example" in result.text or name in ("version", "mask")


def test_the_help_of_all_names_every_command_and_imports_none() -> None:
    code = (
        "import sys; sys.argv = ['swiftlog', '--help']\n"
        "from swiftlog_cli.main import main\n"
        "assert main() == 0\n"
        "print([m for m in sys.modules if m.startswith('swiftlog_cli.commands.')])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True
    )
    *help_lines, loaded = done.stdout.splitlines()
    assert loaded == "[]"
    for name in COMMANDS:
        assert any(line.split()[:1] == [name] for line in help_lines)


def test_no_arguments_print_the_help(swiftlog: Swiftlog) -> None:
    result = swiftlog()
    assert result.code == 0
    assert result.text.startswith("Usage: swiftlog ")


@pytest.mark.parametrize("arguments", [["--version"], ["version"]])
def test_the_version_is_printed(swiftlog: Swiftlog, arguments: list[str]) -> None:
    assert swiftlog(*arguments).text.startswith("swiftlog ")


@pytest.mark.parametrize(
    "arguments",
    [["nonsense"], ["run"], ["run", "--"], ["run", "--nope", "--", "x"], ["show"]],
)
def test_wrong_usage_is_64_and_told_on_stderr(
    swiftlog: Swiftlog, arguments: list[str]
) -> None:
    result = swiftlog(*arguments)
    assert (result.code, result.out) == (64, b"")
    assert result.err.startswith("swiftlog: error: ")


def test_a_value_that_does_not_fit_is_wrong_usage(swiftlog: Swiftlog) -> None:
    result = swiftlog("run", "--timeout", "soon", "--", "true")
    assert result.code == 64
    assert "--timeout: 'soon' does not fit" in result.err


def test_a_bug_leaves_a_report_without_arguments(
    swiftlog: Swiftlog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setitem(sys.modules, "swiftlog_cli.commands.version", None)
    result = swiftlog("version", "s3cret")
    assert result.code == 70
    (report,) = tmp_path.glob("swiftlog-crash-*.txt")
    assert str(report) in result.err
    text = report.read_text()
    assert "Traceback" in text
    assert "command: version" in text
    assert "s3cret" not in text


def test_a_reader_that_leaves_ends_us_quietly(make_run: MakeRun) -> None:
    make_run([(STDOUT, 0, b"line\n" * 200_000)])
    process = subprocess.Popen(
        [sys.executable, "-m", "swiftlog_cli", "logs", "last"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    assert process.stdout.readline() == b"line\n"
    process.stdout.close()
    assert process.stderr.read() == b""
    assert process.wait(60) == 141
    process.stderr.close()


@pytest.mark.parametrize(
    ("redirection", "code", "words"),
    [
        (">/dev/full", 74, b"swiftlog: error: No space left on device\n"),
        (">&-", 74, b"swiftlog: error: standard output is closed\n"),
        (">&- 2>&-", 74, b""),
        ("2>&-", 0, b""),
    ],
)
def test_an_output_that_takes_nothing_is_told_where_possible(
    data_dir: Path, redirection: str, code: int, words: bytes
) -> None:
    assert data_dir.is_dir()
    if "/dev/full" in redirection and not Path("/dev/full").exists():
        pytest.skip("only Linux has /dev/full")
    done = subprocess.run(
        f"{sys.executable} -m swiftlog_cli config list --json {redirection}",
        shell=True,
        check=False,
        capture_output=True,
    )
    assert (done.returncode, done.stderr) == (code, words)
    assert done.stdout.startswith(b"" if code else b"{")
