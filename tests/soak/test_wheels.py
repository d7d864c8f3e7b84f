"""Wheels of every client dependency exist for the platforms that we name.

Asks the package index that pip is set up with, and downloads nothing it does not
need; that is why it is here and not among the tests that run anywhere.
"""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.house.tree import ROOT

if TYPE_CHECKING:
    from pathlib import Path

PLATFORMS = {
    "linux glibc x86_64": ("manylinux_2_28_x86_64", "manylinux_2_17_x86_64"),
    "linux glibc arm64": ("manylinux_2_28_aarch64", "manylinux_2_17_aarch64"),
    "linux musl x86_64": ("musllinux_1_2_x86_64", "musllinux_1_1_x86_64"),
    "linux musl arm64": ("musllinux_1_2_aarch64", "musllinux_1_1_aarch64"),
    "macOS arm64": ("macosx_12_0_arm64", "macosx_11_0_arm64", "macosx_11_0_universal2"),
    "Windows x86_64": ("win_amd64",),
}


@pytest.mark.parametrize("python", ["3.11", "3.14"])
@pytest.mark.parametrize("platform", PLATFORMS)
def test_the_client_installs_from_wheels_alone(
    platform: str, python: str, tmp_path: Path
) -> None:
    tags = [word for tag in PLATFORMS[platform] for word in ("--platform", tag)]
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pip", "install", "--quiet", "--dry-run"),
            *("--target", str(tmp_path), "--no-deps", "--only-binary", ":all:"),
            *tags,
            *("--python-version", python),
            *("--require-hashes", "-r", str(ROOT / "requirements-client.lock")),
        ],
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
