"""Tutorial and README do what they say: commands are run, outputs compared.

A page's ``console`` blocks run in order in one shell. What stands below a command is
what it prints, with ``...`` for anything, and with run ids and times free to differ.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TUTORIAL = ROOT / "docs" / "tutorial"
BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
MARK = "=== next command ==="
# What differs from run to run, as it looks after re.escape().
VARIES = (
    (re.compile(r"(?:[0-9a-f]{4,12}\\-){2,4}[0-9a-f]{4,12}"), r"[0-9a-f-]+"),
    (re.compile(r"\d+\\\.\ds"), r"[0-9.]+s"),
    (re.compile(r"\d+\\ of\\ "), r"\d+ of "),  # streams meet in any order
    (re.compile(r"\d{3,}"), r"\d+"),  # sizes: paths are part of the output
    (re.compile(r"^\\\.\\\.\\\.\\?\n", re.MULTILINE), r"(?:.*\n)*?"),
    (re.compile(r"\\\.\\\.\\\."), r".*"),
)


def _steps(page: Path) -> list[tuple[str, str]]:
    """Return the commands of *page*, each with what it should print."""
    steps: list[tuple[str, str]] = []
    for block in BLOCK.findall(page.read_text(encoding="utf-8")):
        for line in block.splitlines(keepends=True):
            if line.startswith("$ "):
                steps.append((line[2:], ""))
            else:
                command, expected = steps[-1]
                steps[-1] = (command, expected + line)
    return steps


def _pattern(expected: str) -> re.Pattern[str]:
    text = re.escape(expected)
    for found, replacement in VARIES:
        text = found.sub(lambda _, r=replacement: r, text)  # type: ignore[misc]  # r is bound
    return re.compile(text)


@pytest.mark.parametrize("page", [TUTORIAL / "index.md", ROOT / "README.md"])
def test_the_commands_of_a_page_print_what_it_says(page: Path, tmp_path: Path) -> None:
    steps = _steps(page)
    assert len(steps) >= 2
    shop = shutil.copytree(TUTORIAL / "shop", tmp_path / "shop")
    # A failed command must not change `$?` for the next one: the mark is a builtin.
    script = "".join(
        f"{command}code=$?; printf '%s\\n' '{MARK}'; (exit $code)\n"
        for command, _ in steps
    )
    done = subprocess.run(
        ["bash", "-c", f"exec 2>&1\n{script}exit 0\n"],
        cwd=shop,
        env={
            **os.environ,
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "SWIFTLOG_DATA_DIR": str(tmp_path / "data"),
            "PYTHONDONTWRITEBYTECODE": "1",  # the program is edited within a second
            "LC_ALL": "C.UTF-8",
        },
        stdin=subprocess.DEVNULL,
        check=True,
        capture_output=True,
        text=True,
    )
    printed = done.stdout.split(f"{MARK}\n")
    for (command, expected), output in zip(steps, printed, strict=False):
        assert _pattern(expected).fullmatch(output), f"$ {command}{output}"
