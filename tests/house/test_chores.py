"""What the pages for people tell a reader to type exists."""

from __future__ import annotations

import re
import subprocess

from tests.house.tree import ROOT, name, tracked

MAKE = re.compile(r"(?:^|`)\s*make ([a-z-]+)", re.MULTILINE)
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")


def _targets() -> set[str]:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    return set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))


def test_every_make_target_named_in_a_page_exists() -> None:
    targets = _targets()
    unknown = [
        f"{name(path)}: make {target}"
        for path in tracked()
        if path.suffix == ".md"
        for target in MAKE.findall(path.read_text(encoding="utf-8"))
        if target not in targets
    ]
    assert not unknown


def test_make_help_lists_every_target_for_people() -> None:
    printed = subprocess.run(
        ["make", "--no-print-directory", "-C", str(ROOT), "help"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    for target in ("demo", "test", "check", "bench", "docs", "proto", "lock", "clean"):
        assert f"make {target} " in printed


def test_every_link_of_the_front_pages_leads_somewhere() -> None:
    broken = [
        f"{name(page)}: {link}"
        for page in ROOT.glob("*.md")
        for link in LINK.findall(page.read_text(encoding="utf-8"))
        if "://" not in link and not (ROOT / link).exists()
    ]
    assert not broken


def test_the_ci_runs_the_command_that_readme_gives() -> None:
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert "\nmake test" in script
    assert "make test" in readme
    assert "make demo" in readme
