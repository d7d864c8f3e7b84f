"""The locks hold what `pyproject.toml` asks for, by hash, and name no address."""

from __future__ import annotations

import re
import tomllib
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.house.tree import ROOT

LOCKS = ("requirements.lock", "requirements-client.lock", "requirements-docs.lock")
PIN = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==([^ ;\\]+)", re.MULTILINE)


def _project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def _pins(lock: str) -> dict[str, list[str]]:
    text = (ROOT / lock).read_text(encoding="utf-8")
    pins: dict[str, list[str]] = {}
    for package, version in PIN.findall(text):
        pins.setdefault(canonicalize_name(package), []).append(version)
    return pins


def _group(groups: dict[str, list[Any]], group: str) -> list[str]:
    wanted = []
    for entry in groups[group]:
        if isinstance(entry, dict):
            wanted += _group(groups, entry["include-group"])
        else:
            wanted.append(entry)
    return wanted


def _wanted(lock: str) -> list[str]:
    project = _project()
    groups = project["dependency-groups"]
    core: list[str] = project["project"]["dependencies"]
    if lock == "requirements-docs.lock":
        return _group(groups, "docs")
    if lock == "requirements-client.lock":
        return core + _group(groups, "build")
    extras = project["project"]["optional-dependencies"].values()
    return core + [entry for extra in extras for entry in extra] + _group(groups, "dev")


@pytest.mark.parametrize("lock", LOCKS)
def test_the_lock_satisfies_every_dependency(lock: str) -> None:
    pins = _pins(lock)
    unmet = []
    for text in _wanted(lock):
        wanted = Requirement(text)
        package = canonicalize_name(wanted.name)
        if package == "swiftlog":
            continue
        if not any(v in wanted.specifier for v in pins.get(package, [])):
            unmet.append(text)
    assert not unmet, f"run `make lock`: {unmet}"


@pytest.mark.parametrize("lock", LOCKS)
def test_every_pin_of_the_lock_has_a_hash(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    entries = [e for e in re.split(r"\n(?=[A-Za-z0-9])", text) if PIN.match(e)]
    assert entries
    assert all("--hash=sha256:" in entry for entry in entries)


@pytest.mark.parametrize("lock", LOCKS)
def test_the_lock_names_no_address(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert "://" not in text
    assert " @ " not in text


def test_the_client_lock_is_a_part_of_the_full_one() -> None:
    full = _pins("requirements.lock")
    other = {
        package: versions
        for package, versions in _pins("requirements-client.lock").items()
        if full.get(package) != versions
    }
    assert not other, f"run `make lock`: {other}"
