"""`swiftlog plugins`: what is built in, what packages bring, and what is broken."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.unit.swiftlog_cli.recording import Swiftlog


def install(folder: Path, entry_point: str) -> None:
    """Make a package's metadata as an installer leaves it."""
    info = folder / "acme_parsers-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: acme-parsers\n")
    (info / "entry_points.txt").write_text(f"[swiftlog.parsers]\n{entry_point}\n")


def test_built_in_plugins_are_listed(swiftlog: Swiftlog) -> None:
    found = swiftlog("plugins", "--json").json
    assert {
        "kind": "parsers",
        "name": "pytest",
        "package": "swiftlog",
        "problem": "",
    } in found
    assert swiftlog("plugins").text.startswith("KIND\tNAME\tFROM\tPROBLEM\n")


@pytest.mark.parametrize(
    ("target", "code", "problem"),
    [("json:loads", 0, ""), ("no_such_module:x", 65, "ModuleNotFoundError")],
)
def test_installed_plugins_are_listed_and_checked(
    swiftlog: Swiftlog,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    target: str,
    code: int,
    problem: str,
) -> None:
    install(tmp_path, f"acme = {target}")
    monkeypatch.setattr(sys, "path", [*sys.path, str(tmp_path)])
    listed = swiftlog("plugins", "--json")
    assert listed.code == 0
    (found,) = [one for one in listed.json if one["name"] == "acme"]
    assert (found["kind"], found["package"]) == ("parsers", "acme-parsers")
    checked = swiftlog("plugins", "--check", "--json")
    assert checked.code == code
    (found,) = [one for one in checked.json if one["name"] == "acme"]
    assert found["problem"].startswith(problem)
