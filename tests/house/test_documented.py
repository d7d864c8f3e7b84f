"""Whatever a user can set, meet or type has its place in the reference."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from importlib import import_module
from typing import TYPE_CHECKING

import click

from swiftlog_cli.commands import COMMANDS
from tests.house.tree import ROOT, name, sources

if TYPE_CHECKING:
    from collections.abc import Iterator

REFERENCE = ROOT / "docs" / "reference"
VARIABLE = re.compile(r"\bSWIFTLOG_[A-Z][A-Z_]*[A-Z]\b")


def _reference() -> str:
    return "\n".join(
        page.read_text(encoding="utf-8") for page in sorted(REFERENCE.glob("*.md"))
    )


def test_the_pages_made_from_the_code_say_what_the_code_says() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tools.reference", "--check"],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr


def test_every_option_of_every_command_says_what_it_does() -> None:
    silent = [
        f"{command}: {option.opts[0]}"
        for name in COMMANDS
        for command, option in _options(
            import_module(f"swiftlog_cli.commands.{name}").command, name
        )
        if not option.help and not option.hidden
    ]
    assert not silent


def _options(command: click.Command, path: str) -> Iterator[tuple[str, click.Option]]:
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            yield path, parameter
    if isinstance(command, click.Group):
        for name, inner in command.commands.items():
            yield from _options(inner, f"{path} {name}")


def test_every_variable_that_the_code_names_is_in_the_reference() -> None:
    documented = set(VARIABLE.findall(_reference()))
    missing = {
        f"{variable} in {name(path)}"
        for path in sources()
        for variable in VARIABLE.findall(path.read_text(encoding="utf-8"))
        if variable not in documented
    }
    assert not missing


def test_every_plugin_kind_has_a_heading_in_the_reference() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    headings = re.findall(r"^#+ .*`([a-z_.]+)`", _reference(), re.MULTILINE)
    kinds = project["project"].get("entry-points", {})
    missing = [kind for kind in kinds if kind not in headings]
    assert not missing
