"""Where a run belongs when nobody says: its project, group and CI facts.

Reads the environment it is given and ``.git`` folders, nothing else; starts no
process. The fuller detection of CI providers is a plugin kind of the integrations;
this covers what every run needs without loading one.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

DEFAULT_PROJECT: Final = "default"
MAX_NAME: Final = 200
_REPOSITORY: Final = ("GITHUB_REPOSITORY", "CI_PROJECT_PATH")
_STEP: Final = (
    ("GITHUB_WORKFLOW", "GITHUB_JOB", "GITHUB_ACTION"),
    ("CI_JOB_STAGE", "CI_JOB_NAME"),
)
_FACTS: Final[Mapping[str, tuple[str, ...]]] = {
    "branch": ("GITHUB_HEAD_REF", "GITHUB_REF_NAME", "CI_COMMIT_REF_NAME"),
    "commit": ("GITHUB_SHA", "CI_COMMIT_SHA"),
    "actor": ("GITHUB_ACTOR", "GITLAB_USER_LOGIN"),
    "attempt": ("GITHUB_RUN_ATTEMPT",),
    "pull_request": ("CI_MERGE_REQUEST_IID",),
    "job": ("GITHUB_JOB", "CI_JOB_NAME"),
    "url": ("CI_JOB_URL",),
}


def project_of(environ: Mapping[str, str], cwd: str) -> str:
    """Return the CI's repository, the git remote's owner/name, or ``default``."""
    for name in _REPOSITORY:
        if environ.get(name):
            return _name(environ[name])
    return _name(remote_name(cwd) or DEFAULT_PROJECT)


def group_of(environ: Mapping[str, str], argv: Sequence[str]) -> str:
    """Return the CI's workflow/job/step, else the command and its first word."""
    for names in _STEP:
        parts = [environ[name] for name in names if environ.get(name)]
        if parts:
            return _name("/".join(parts))
    command = os.path.basename(argv[0])  # noqa: PTH119 - start-up time
    words = (word for word in argv[1:] if not word.startswith("-"))
    return _name(f"{command} {next(words, '')}".strip())


def ci_facts(environ: Mapping[str, str]) -> dict[str, str]:
    """Return what the CI says about the run: branch, commit, actor, job, URL."""
    facts = {}
    for key, names in _FACTS.items():
        for name in names:
            if environ.get(name):
                facts[key] = environ[name]
                break
    if facts or environ.get("CI"):
        facts["provider"] = _provider(environ)
    if environ.get("GITHUB_RUN_ID") and environ.get("GITHUB_REPOSITORY"):
        server = environ.get("GITHUB_SERVER_URL", "https://github.com")
        facts["url"] = (
            f"{server}/{environ['GITHUB_REPOSITORY']}"
            f"/actions/runs/{environ['GITHUB_RUN_ID']}"
        )
    return facts


def _provider(environ: Mapping[str, str]) -> str:
    if environ.get("GITHUB_ACTIONS"):
        return "github"
    return "gitlab" if environ.get("GITLAB_CI") else "other"


def remote_name(cwd: str) -> str:
    """Return ``owner/name`` of the git remote of the folder; empty when unknown.

    Reads ``.git/config`` of the nearest parent. A worktree's or submodule's ``.git``
    file is followed once.
    """
    folder = cwd
    while True:
        config = _git_config(os.path.join(folder, ".git"))  # noqa: PTH118 - start-up time
        if config:
            return _owner_and_name(_origin_url(config))
        parent = os.path.dirname(folder)  # noqa: PTH120 - start-up time
        if parent == folder:
            return ""
        folder = parent


def _git_config(git: str) -> str:
    for path in (f"{git}/config", f"{_pointed(git)}/config"):
        try:
            with open(path, encoding="utf-8", errors="replace") as file:  # noqa: PTH123 - start-up time
                return file.read(65536)
        except OSError:
            continue
    return ""


def _pointed(git: str) -> str:
    """Return the folder that a ``.git`` file points to: the common one of worktrees."""
    try:
        with open(git, encoding="utf-8", errors="replace") as file:  # noqa: PTH123 - start-up time
            target = file.read(4096).removeprefix("gitdir:").strip()
    except OSError:
        return git
    return target.partition("/worktrees/")[0]


def _origin_url(config: str) -> str:
    section, first = "", ""
    for line in config.splitlines():
        text = line.strip()
        if text.startswith("["):
            section = text
        elif section.startswith("[remote ") and text.startswith("url"):
            url = text.partition("=")[2].strip()
            if section == '[remote "origin"]':
                return url
            first = first or url
    return first


def _owner_and_name(url: str) -> str:
    """Return the last two parts of the path of a git URL, credentials left out."""
    scheme, separator, rest = url.rpartition("://")
    authority, slash, path = rest.partition("/")
    if separator:
        authority = authority.rpartition("@")[2]
    path = f"{scheme}{separator}{authority}{slash}{path}"
    path = path.rstrip("/").removesuffix(".git").replace(":", "/")
    parts = [part for part in path.split("/") if part]
    if len(parts) < 2 or ("://" not in url and ":" not in url):  # noqa: PLR2004 - owner, name
        return ""  # a local path says nothing to others
    return "/".join(parts[-2:])


def _name(text: str) -> str:
    """Make a name that every part accepts: printable, bounded, no edges of space."""
    cleaned = "".join(c if c.isprintable() else "?" for c in text).strip()
    return cleaned[:MAX_NAME] or DEFAULT_PROJECT
