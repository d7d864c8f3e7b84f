"""What we stand on is named with its licence; what we carry has its licence beside."""

from __future__ import annotations

import re
import tomllib

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.house.tree import ROOT, name, tracked


def test_notice_names_every_dependency_with_its_licence() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    lists = [
        project["project"]["dependencies"],
        *project["project"]["optional-dependencies"].values(),
    ]
    wanted = {
        canonicalize_name(Requirement(text).name)
        for dependencies in lists
        for text in dependencies
    } - {"swiftlog"}
    notice = (ROOT / "NOTICE").read_text(encoding="utf-8")
    named = set(re.findall(r"^  ([a-z0-9-]+) +[A-Z]", notice, re.MULTILINE))
    assert named == wanted


def test_every_vendored_folder_holds_its_licence() -> None:
    folders = {
        parent
        for path in tracked()
        for parent in path.parents
        if parent.name in ("vendor", "vendored", "third_party")
    }
    bare = [name(f) for f in folders if not list(f.rglob("LICENSE*"))]
    assert not bare, f"carried without its licence: {bare}"


def test_the_licence_is_apache_and_travels_with_the_distribution() -> None:
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert "Apache License" in text
    assert project["project"]["license"] == "Apache-2.0"
    assert project["project"]["license-files"] == ["LICENSE", "NOTICE"]
