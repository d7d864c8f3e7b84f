"""The tree that the house tests look at: what git tracks, or all of a plain copy."""

from __future__ import annotations

import ast
import io
import subprocess
import tokenize
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = {
    "swiftlog_core": ROOT / "swiftlog_core",
    "swiftlog_server": ROOT / "swiftlog_server",
    "swiftlog_cli": ROOT / "cli" / "swiftlog_cli",
    "swiftlog_integrations": ROOT / "integrations" / "swiftlog_integrations",
}


@cache
def tracked() -> tuple[Path, ...]:
    """Return every file of the project, without what make and tools leave behind."""
    if (ROOT / ".git").exists():
        listed = subprocess.run(
            ["git", "-C", str(ROOT), "ls-files", "-z"], check=True, capture_output=True
        ).stdout.decode()
        files = [ROOT / name for name in listed.split("\0") if name]
    else:
        files = [
            path
            for path in ROOT.rglob("*")
            if not any(
                part.startswith(".") or part in ("build", "dist", "__pycache__")
                for part in path.relative_to(ROOT).parts
            )
        ]
    return tuple(sorted(path for path in files if path.is_file()))


def name(path: Path) -> str:
    """Return *path* as the project calls it."""
    return path.relative_to(ROOT).as_posix()


def python_files() -> list[Path]:
    """Return the Python files that people write: no generated code, no migrations."""
    return [
        path
        for path in tracked()
        if path.suffix == ".py"
        and "_pb2" not in path.name
        and "migrations/versions" not in name(path)
    ]


def sources() -> list[Path]:
    """Return the modules of the four packages."""
    roots = tuple(PACKAGES.values())
    return [p for p in python_files() if any(p.is_relative_to(root) for root in roots)]


@cache
def parsed(path: Path) -> ast.Module:
    """Return the syntax tree of *path*."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def comments(path: Path) -> list[tuple[int, str]]:
    """Return the comments of *path* with their line numbers."""
    text = path.read_text(encoding="utf-8")
    return [
        (token.start[0], token.string)
        for token in tokenize.generate_tokens(io.StringIO(text).readline)
        if token.type == tokenize.COMMENT
    ]
