"""The generated code of the wire is what its `.proto` gives, and nobody edited it."""

from __future__ import annotations

import hashlib

from tests.house.tree import PACKAGES, tracked

FOLDER = PACKAGES["swiftlog_core"] / "wire" / "v1"


def test_generated_code_and_its_source_have_the_recorded_hashes() -> None:
    recorded = {}
    for line in (FOLDER / "GENERATED").read_text(encoding="utf-8").splitlines():
        digest, _, file = line.partition("  ")
        recorded[file] = digest
    there = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in FOLDER.iterdir()
        if path.suffix == ".proto" or "_pb2" in path.name
    }
    assert there == recorded, "run `make proto` and commit what it changes"


def test_generated_code_lies_nowhere_else() -> None:
    strays = [p for p in tracked() if "_pb2" in p.name and p.parent != FOLDER]
    assert not strays
