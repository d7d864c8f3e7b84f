"""A module's unit tests are where a reader looks first: in the mirrored folder.

``swiftlog_core/stream/mask.py`` has ``tests/unit/swiftlog_core/stream/test_mask.py``
(or ``test_mask_<part>.py``), or another test in that folder that imports from it.
"""

from __future__ import annotations

import ast
from functools import cache
from typing import TYPE_CHECKING

from tests.house.tree import PACKAGES, ROOT, name, parsed, sources, tracked

if TYPE_CHECKING:
    from pathlib import Path

MIRRORED = ("swiftlog_core", "swiftlog_server")
UNIT = ROOT / "tests" / "unit"

# Modules, or folders of them, that have logic and no unit test, and what tests them.
# The list shrinks.
TESTED_ELSEWHERE: dict[str, str] = {
    "swiftlog_core/recorder/": "by the real command: tests/integration/run",
    "swiftlog_core/session.py": "by the real command: tests/integration/run",
    "swiftlog_core/stream/mask/": "through the masker, cut at every offset",
    "swiftlog_core/wire/served.py": "over a real connection: tests/integration/server",
    "swiftlog_server/__main__.py": "as a process: tests/integration/server",
    "swiftlog_server/accounts/": "over HTTP: tests/integration/rest",
    "swiftlog_server/admin.py": "as a process: tests/integration/server",
    "swiftlog_server/app.py": "as a process: tests/integration/server",
    "swiftlog_server/db/": "through the services that use it",
    "swiftlog_server/http_app.py": "over HTTP: tests/integration/rest",
    "swiftlog_server/live/": "over WebSocket: tests/integration/live",
    "swiftlog_server/logs/": "over HTTP: tests/integration/rest/test_logs.py",
    "swiftlog_server/parts.py": "as a process: tests/integration/server",
    "swiftlog_server/projects/": "over HTTP: tests/integration/rest",
    "swiftlog_server/runs/": "over gRPC and HTTP: tests/integration/server, rest",
    "swiftlog_server/structured_log.py": "as a process: tests/integration/server",
    "swiftlog_server/web/": "over HTTP: tests/integration/rest",
}

DECIDES = (
    ast.If,
    ast.IfExp,
    ast.For,
    ast.AsyncFor,
    ast.While,
    ast.Try,
    ast.Match,
    ast.comprehension,
)


def _has_logic(path: Path) -> bool:
    """Return whether any function branches, loops or catches."""
    return any(
        isinstance(step, DECIDES)
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        for step in ast.walk(node)
    )


@cache
def _imported_by_tests(folder: Path) -> frozenset[str]:
    """Return the modules from which the tests in *folder* import."""
    found = set()
    for test in tracked():
        if test.parent != folder or test.suffix != ".py":
            continue
        for node in ast.walk(parsed(test)):
            if isinstance(node, ast.ImportFrom) and node.module:
                found.add(node.module)
                found |= {f"{node.module}.{alias.name}" for alias in node.names}
            elif isinstance(node, ast.Import):
                found |= {alias.name for alias in node.names}
    return frozenset(found)


def _is_tested(path: Path) -> bool:
    relative = path.relative_to(ROOT)
    folder = UNIT / relative.parent
    stem = path.parent.name if path.stem == "__init__" else path.stem
    start = f"test_{stem.lstrip('_')}"
    if any(
        test.parent == folder
        and (test.stem == start or test.stem.startswith(f"{start}_"))
        for test in tracked()
    ):
        return True
    module = ".".join(relative.with_suffix("").parts).removesuffix(".__init__")
    return module in _imported_by_tests(folder)


def _untested() -> list[str]:
    return [
        name(path)
        for path in sources()
        if any(path.is_relative_to(PACKAGES[package]) for package in MIRRORED)
        and _has_logic(path)
        and not _is_tested(path)
    ]


def test_every_module_with_logic_has_unit_tests_in_the_mirrored_folder() -> None:
    alone = [
        path
        for path in _untested()
        if not any(path.startswith(listed) for listed in TESTED_ELSEWHERE)
    ]
    assert not alone, "\n".join(["no unit test in the mirrored folder:", *alone])


def test_the_list_of_exceptions_holds_only_what_it_must() -> None:
    untested = _untested()
    done = [
        listed
        for listed in TESTED_ELSEWHERE
        if not any(path.startswith(listed) for path in untested)
    ]
    assert not done, f"take off the list: {done}"


def test_every_folder_of_unit_tests_mirrors_one_that_exists() -> None:
    strays = []
    for test in tracked():
        if test.is_relative_to(UNIT) and test.name.startswith("test_"):
            package, *folders = test.parent.relative_to(UNIT).parts
            if not PACKAGES[package].joinpath(*folders).is_dir():
                strays.append(name(test))
    assert not strays, f"these mirror no folder: {strays}"
