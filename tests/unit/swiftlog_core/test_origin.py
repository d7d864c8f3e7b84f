"""Project, group and CI facts when nobody names them."""

from __future__ import annotations

from pathlib import Path

import pytest

from swiftlog_core.origin import ci_facts, group_of, project_of, remote_name

GITHUB = {
    "CI": "true",
    "GITHUB_ACTIONS": "true",
    "GITHUB_REPOSITORY": "acme/shop",
    "GITHUB_WORKFLOW": "CI",
    "GITHUB_JOB": "test",
    "GITHUB_ACTION": "__run_2",
    "GITHUB_REF_NAME": "main",
    "GITHUB_SHA": "abc",
    "GITHUB_RUN_ID": "77",
    "GITHUB_SERVER_URL": "https://github.com",
}


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://github.com/acme/shop.git", "acme/shop"),
        ("git@github.com:acme/shop.git", "acme/shop"),
        ("ssh://git@host:22/group/sub/shop", "sub/shop"),
        ("https://user:secret@host/acme/shop/", "acme/shop"),
        ("https://user:secret@host/shop.git", "host/shop"),
        ("https://secret@host:8443/shop", "8443/shop"),
        ("/srv/git/shop.git", ""),
    ],
)
def test_the_remote_gives_owner_and_name(tmp_path: Path, url: str, name: str) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git/config").write_text(
        f'[core]\n\tbare = false\n[remote "up"]\n\turl = https://h/x/y\n'
        f'[remote "origin"]\n\turl = {url}\n'
    )
    below = tmp_path / "src" / "deep"
    below.mkdir(parents=True)
    assert remote_name(str(below)) == name


def test_a_worktree_has_the_remote_of_its_repository(tmp_path: Path) -> None:
    main = tmp_path / "main" / ".git"
    main.mkdir(parents=True)
    (main / "config").write_text('[remote "origin"]\nurl = git@h:acme/shop.git\n')
    tree = tmp_path / "tree"
    tree.mkdir()
    (tree / ".git").write_text(f"gitdir: {main}/worktrees/tree\n")
    assert remote_name(str(tree)) == "acme/shop"


def test_the_ci_names_project_group_and_facts(tmp_path: Path) -> None:
    assert project_of(GITHUB, str(tmp_path)) == "acme/shop"
    assert group_of(GITHUB, ["make"]) == "CI/test/__run_2"
    facts = ci_facts(GITHUB)
    assert facts["provider"] == "github"
    assert facts["branch"] == "main"
    assert facts["url"] == "https://github.com/acme/shop/actions/runs/77"


def test_without_a_ci_the_command_names_the_group(tmp_path: Path) -> None:
    assert project_of({}, str(tmp_path)) == "default"
    assert group_of({}, ["/usr/bin/make", "-j2", "test", "all"]) == "make test"
    assert group_of({}, ["true"]) == "true"
    assert group_of({}, ["a\nb"]) == "a?b"
    assert ci_facts({}) == {}
