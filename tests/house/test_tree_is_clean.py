"""Nothing in the tree belongs to one machine, one package index or a later day."""

from __future__ import annotations

import re
from pathlib import Path

from tests.house.tree import ROOT, comments, name, python_files, tracked

# Split, so that this file does not find itself.
MACHINE_PATHS = re.compile(r"(?<![\w.])/(?:w" r"ork|f" r"arm)/(?!\.\.)|\.\./sha" r"red")
INDEX_ADDRESSES = re.compile(
    r"--(?:extra-)?index"
    r"-url|--find"
    r"-links|pythonhosted"
    r"\.org"
    r'|"resolved": *"http|pypi\.org'
    r"/simple"
)
UNFINISHED = re.compile(r"\b(?:TO" r"DO|FIX" r"ME|XX" r"X|HA" r"CK)\b")


def _texts() -> list[tuple[Path, str]]:
    texts = []
    for path in tracked():
        data = path.read_bytes()
        if b"\0" not in data[:8192]:
            texts.append((path, data.decode("utf-8", "replace")))
    return texts


def _hits(pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{name(path)}:{number} {line.strip()[:100]}"
        for path, text in _texts()
        for number, line in enumerate(text.splitlines(), 1)
        if pattern.search(line)
    ]


def test_no_file_names_a_path_of_one_machine() -> None:
    assert not _hits(MACHINE_PATHS)


def test_no_file_names_a_package_index() -> None:
    assert not _hits(INDEX_ADDRESSES)


def test_nothing_waits_for_a_later_day() -> None:
    # Comments only: parsers of other tools' output must know these words.
    waiting = [
        f"{name(path)}:{number} {comment}"
        for path in python_files()
        for number, comment in comments(path)
        if UNFINISHED.search(comment)
    ]
    assert not waiting


def test_every_text_file_ends_with_one_newline() -> None:
    wrong = [
        name(path)
        for path, text in _texts()
        if text
        and path.suffix in (".py", ".md", ".toml", ".yaml", ".yml", ".proto", ".sh")
        and (not text.endswith("\n") or text.endswith("\n\n"))
    ]
    assert not wrong


def test_no_file_is_larger_than_a_mebibyte() -> None:
    large = [name(p) for p in tracked() if p.stat().st_size > 1 << 20]
    assert not large, f"{ROOT} carries {large}"
