"""A wrapped command waits for nothing that SwiftLog imports without need.

Each of these costs more than all that `swiftlog run` does before it starts the
command; in the process that passes the bytes on, none may ever be imported. The
recorder imports what it needs in a process of its own, while the command works.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

HEAVY = frozenset(
    {
        "asyncio",
        "click",
        "dataclasses",
        "google.protobuf",
        "grpc",
        "httpx",
        "hyperscan",
        "importlib.metadata",
        "inspect",
        "logging",
        "pathlib",
        "pydantic",
        "rich",
        "sqlite3",
        "subprocess",
        "yaml",
        "zstandard",
    }
)
# The pump gives its stdout away, so the program answers in a file.
PROGRAM = """
import sys
answer = sys.argv[1]
before = set(sys.modules)
sys.argv = ["swiftlog", "run", "--", "true"]
from swiftlog_cli.main import main
code = main()
import json
with open(answer, "w") as file:
    json.dump([code, sorted(set(sys.modules) - before)], file)
"""


def _imported(tmp_path: Path) -> list[str]:
    answer = tmp_path / "answer.json"
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(answer)],
        env={**os.environ, "SWIFTLOG_DATA_DIR": str(tmp_path / "data")},
        stdin=subprocess.DEVNULL,
        check=True,
        capture_output=True,
        text=True,
    )
    code, modules = json.loads(answer.read_text(encoding="utf-8"))
    assert code == 0, done.stderr
    return list(modules)


def test_wrapping_a_command_imports_nothing_heavy(tmp_path: Path) -> None:
    modules = _imported(tmp_path)
    assert "swiftlog_core.capture.pump" in modules
    heavy = HEAVY & set(modules)
    assert not heavy, f"imported by `swiftlog run -- true`: {sorted(heavy)}"
