"""The black box: causes from evidence, and none invented."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from swiftlog_core.events import CAUSES
from swiftlog_core.library.black_box import cause_of_death, look, oom_kills

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def machine(tmp_path: Path) -> tuple[Path, Path]:
    proc, cgroups = tmp_path / "proc", tmp_path / "cgroup"
    (proc / "sys/kernel/random").mkdir(parents=True)
    (proc / "sys/kernel/random/boot_id").write_text("boot-1\n")
    (proc / "self").mkdir()
    (proc / "self/cgroup").write_text("0::/job.slice\n")
    (cgroups / "job.slice").mkdir(parents=True)
    (cgroups / "job.slice/memory.events").write_text("low 0\noom 1\noom_kill 1\n")
    return proc, cgroups


def test_the_surroundings_are_noted(machine: tuple[Path, Path], tmp_path: Path) -> None:
    facts = look(tmp_path, proc=machine[0], cgroups=machine[1])
    assert facts["boot_id"] == "boot-1"
    assert facts["oom_kill"] == 1
    assert str(facts["cgroup"]).endswith("job.slice")
    assert int(facts["disk_free"]) > 0


def test_a_group_of_version_one_is_found(
    machine: tuple[Path, Path], tmp_path: Path
) -> None:
    proc, cgroups = machine
    (proc / "self/cgroup").write_text("5:cpu:/x\n4:memory:/docker/abc\n")
    (cgroups / "memory").mkdir()  # seen from inside, the group is the root
    (cgroups / "memory/memory.oom_control").write_text("under_oom 0\noom_kill 7\n")
    assert look(tmp_path, proc=proc, cgroups=cgroups)["oom_kill"] == 7


def test_a_machine_without_proc_is_no_error(tmp_path: Path) -> None:
    facts = look(tmp_path, proc=tmp_path / "none", cgroups=tmp_path / "none")
    assert set(facts) == {"pid", "disk_free"}


def test_another_boot_is_a_reboot(machine: tuple[Path, Path], tmp_path: Path) -> None:
    then = look(tmp_path, proc=machine[0], cgroups=machine[1])
    assert cause_of_death(then, {**then, "boot_id": "boot-2"}) == "reboot"


def test_a_kill_for_memory_in_its_group_is_told(
    machine: tuple[Path, Path], tmp_path: Path
) -> None:
    then = look(tmp_path, proc=machine[0], cgroups=machine[1])
    (machine[1] / "job.slice/memory.events").write_text("oom_kill 2\n")
    assert oom_kills(machine[1] / "job.slice") == 2
    assert cause_of_death(then, then) == "oom"


def test_a_full_disk_is_told(machine: tuple[Path, Path], tmp_path: Path) -> None:
    then = look(tmp_path, proc=machine[0], cgroups=machine[1])
    assert cause_of_death(then, {**then, "disk_free": 4096}) == "disk"


def test_without_any_of_these_it_was_a_signal(
    machine: tuple[Path, Path], tmp_path: Path
) -> None:
    then = look(tmp_path, proc=machine[0], cgroups=machine[1])
    assert cause_of_death(then, then) == "recorder_killed"


def test_without_notes_nothing_is_claimed() -> None:
    assert cause_of_death({}, {"boot_id": "boot-1", "disk_free": 0}) == "unknown"
    assert cause_of_death({"pid": 1, "disk_free": -1}, {"disk_free": -1}) == "unknown"


def test_every_cause_is_one_of_the_known() -> None:
    assert {"unknown", "reboot", "oom", "disk", "recorder_killed"} <= {*CAUSES}
