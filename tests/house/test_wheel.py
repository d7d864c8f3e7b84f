"""The wheel holds the four packages as they are, and nothing else."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from typing import TYPE_CHECKING

from tests.house.tree import PACKAGES, ROOT, tracked

if TYPE_CHECKING:
    from pathlib import Path


def test_the_built_wheel_holds_every_tracked_file_of_the_packages(
    tmp_path: Path,
) -> None:
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", tmp_path],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        held = {n for n in archive.namelist() if ".dist-info/" not in n}
    wanted = {
        f"{package}/{path.relative_to(root).as_posix()}"
        for package, root in PACKAGES.items()
        for path in tracked()
        if path.is_relative_to(root)
    }
    assert not wanted - held, "tracked and not in the wheel"
    top = {file.split("/")[0] for file in held}
    assert top == set(PACKAGES), "the wheel brings other top-level names"
