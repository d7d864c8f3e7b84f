"""Names say what a thing is: no drawers, no tests called after a function."""

from __future__ import annotations

import ast

from tests.house.tree import name, parsed, python_files, tracked

DRAWERS = frozenset(
    {
        "utils",
        "util",
        "helpers",
        "helper",
        "common",
        "misc",
        "base",
        "manager",
        "shared",
    }
)
FEWEST_WORDS = 4  # "test" and three more


def test_no_module_or_folder_is_a_drawer() -> None:
    drawers = [
        name(path)
        for path in tracked()
        if path.suffix == ".py" and DRAWERS & {path.stem, *path.parent.parts[-3:]}
    ]
    assert not drawers, f"name these after what they hold: {drawers}"


def test_no_class_is_called_manager_or_helper() -> None:
    vague = [
        f"{name(path)}:{node.lineno} {node.name}"
        for path in python_files()
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.ClassDef)
        and node.name.endswith(("Manager", "Helper", "Util", "Utils", "Mixin"))
    ]
    assert not vague, f"name these after what they do: {vague}"


def test_every_test_is_named_by_a_sentence() -> None:
    short = [
        f"{name(path)}:{node.lineno} {node.name}"
        for path in python_files()
        if path.name.startswith("test_") and "docs" not in path.parts
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.name.startswith("test_")
        and len(node.name.split("_")) < FEWEST_WORDS
    ]
    assert not short, f"say in words what these prove: {short}"
