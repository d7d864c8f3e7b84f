"""Comparing what was seen behind a wrapper with what was seen without one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path

from tests.e2e.transparency.cases import all_cases

ROOT = Path(__file__).parents[3]
KINDS = sorted({case.kind for case in all_cases()})
LIMIT_SECONDS = 300
BROKEN_LIMIT_SECONDS = 5  # for a case behind a wrapper of which no good is expected

Seen = dict[str, dict[str, str]]


@cache
def seen_behind(kind: str, wrapper: tuple[str, ...], *, broken: bool = False) -> Seen:
    """Run the cases of a class (or ``all``) behind *wrapper* and give what was seen."""
    limit = {"KIT_LIMIT_SECONDS": str(BROKEN_LIMIT_SECONDS)} if broken else {}
    done = subprocess.run(
        [sys.executable, "-m", "tests.e2e.transparency.drive", kind, *wrapper],
        cwd=ROOT,
        env={**os.environ, **limit},
        capture_output=True,
        check=True,
        timeout=LIMIT_SECONDS * (len(KINDS) if kind == "all" else 1),
    )
    seen: Seen = json.loads(done.stdout)
    return seen


def differences(bare: Seen, wrapped: Seen) -> dict[str, str]:
    """Give, for each case that differs, one line that says in what."""
    return {
        name: _first_difference(facts, wrapped.get(name, {}))
        for name, facts in bare.items()
        if facts != wrapped.get(name)
    }


def _first_difference(bare: dict[str, str], wrapped: dict[str, str]) -> str:
    for fact in sorted({*bare, *wrapped}):
        one, two = bare.get(fact, ""), wrapped.get(fact, "")
        if one != two:
            pairs = zip(one, two, strict=False)
            equal = next((i for i, (a, b) in enumerate(pairs) if a != b), 0)
            start = max(0, equal - 20)
            return f"{fact}: {one[start : start + 60]!r} -> {two[start : start + 60]!r}"
    return ""
