"""Whoever silences a check names the rule and gives the reason, on the same line.

The forms: ``# noqa: RULE - reason``, ``# type: ignore[rule]  # reason``,
``# pragma: no cover - reason``, and ``reason=`` for tests that are skipped.
"""

from __future__ import annotations

import ast
import re

from tests.house.tree import comments, name, parsed, python_files

CODES = r"[A-Z]+[0-9]+(?:, ?[A-Z]+[0-9]+)*"
REASON = r".*[A-Za-z\"'\\].+"
NOQA = re.compile(rf"# (?:ruff: )?noqa: {CODES} --? {REASON}")
# Where both stand on a line, one reason may serve both.
TYPE_IGNORE = re.compile(
    rf"# type: ignore\[[a-z, -]+\] +# (?:(?!noqa){REASON}|noqa: {CODES} --? {REASON})"
)
PRAGMA = re.compile(rf"# pragma: no (?:cover|branch) --? {REASON}")
SKIPS = frozenset({"skip", "skipif", "xfail"})


def _is_bare(comment: str) -> bool:
    return (
        ("noqa" in comment and not NOQA.search(comment))
        or ("type: ignore" in comment and not TYPE_IGNORE.search(comment))
        or ("pragma:" in comment and not PRAGMA.search(comment))
    )


def test_every_suppression_names_its_rule_and_its_reason() -> None:
    bare = [
        f"{name(path)}:{number} {comment}"
        for path in python_files()
        if path.name != "test_suppressions.py"
        for number, comment in comments(path)
        if _is_bare(comment)
    ]
    assert not bare, "\n".join(["rule or reason missing:", *bare])


def test_every_skipped_test_says_why() -> None:
    silent = []
    for path in python_files():
        for node in ast.walk(parsed(path)):
            if not isinstance(node, ast.Call):
                continue
            called = ast.unparse(node.func)
            given = {keyword.arg for keyword in node.keywords}
            marked = re.fullmatch(r"pytest\.mark\.(\w+)", called)
            if marked and marked[1] in SKIPS and "reason" not in given:
                silent.append(f"{name(path)}:{node.lineno}")
            if called == "pytest.skip" and not node.args and "reason" not in given:
                silent.append(f"{name(path)}:{node.lineno}")
    assert not silent, f"skipped without a reason: {silent}"
