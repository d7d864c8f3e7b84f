"""Why a recorder died: what it noted at its start against what is seen now.

Evidence only, in this order: another boot, a kill for want of memory in its control
group, a full disk. A process that ended in this boot without any of these, and
without a word, was killed by a signal.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

Facts = dict[str, str | int]
FULL_BYTES: Final = 1024 * 1024
_PROC: Final = Path("/proc")
_CGROUPS: Final = Path("/sys/fs/cgroup")


def look(runs_dir: Path, *, proc: Path = _PROC, cgroups: Path = _CGROUPS) -> Facts:
    """Return what is known of this machine and process now; empty fields are left out.

    Costs a few small reads. On systems without ``/proc`` only the pid and the disk.
    """
    facts: Facts = {"pid": os.getpid(), "disk_free": _free(runs_dir)}
    boot_id = _text(proc / "sys/kernel/random/boot_id")
    if boot_id:
        facts["boot_id"] = boot_id
    folder = _memory_group(proc, cgroups)
    if folder is not None:
        facts["cgroup"] = str(folder)
        facts["oom_kill"] = oom_kills(folder)
    return facts


def cause_of_death(then: Mapping[str, str | int], now: Mapping[str, str | int]) -> str:
    """Return one word of ``events.CAUSES`` from what was noted and what is seen.

    *now* is of the process that asks; the kills are counted in the group of *then*.
    """
    if not then:
        return "unknown"
    if then.get("boot_id") != now.get("boot_id"):
        return "reboot"
    group = then.get("cgroup")
    if group and oom_kills(Path(str(group))) > int(then.get("oom_kill", 0)):
        return "oom"
    free = int(now.get("disk_free", -1))
    if 0 <= free < FULL_BYTES:
        return "disk"
    return "recorder_killed" if then.get("boot_id") else "unknown"


def oom_kills(folder: Path) -> int:
    """Return how often a process of the control group was killed for memory."""
    for name in ("memory.events", "memory.oom_control"):
        for line in _text(folder / name).splitlines():
            key, _, value = line.partition(" ")
            if key == "oom_kill" and value.isdigit():
                return int(value)
    return 0


def _memory_group(proc: Path, cgroups: Path) -> Path | None:
    """Return the folder of our control group's memory, of version 2 or 1."""
    for line in _text(proc / "self/cgroup").splitlines():
        number, _, rest = line.partition(":")
        controllers, _, path = rest.partition(":")
        if number == "0" and not controllers:
            folder = cgroups
        elif "memory" in controllers.split(","):
            folder = cgroups / "memory"
        else:
            continue
        # In a container the path is the host's; there the group is the root.
        for candidate in (folder / path.lstrip("/"), folder):
            if (candidate / "memory.events").exists() or (
                candidate / "memory.oom_control"
            ).exists():
                return candidate
    return None


def _free(folder: Path) -> int:
    """Return the bytes that we may still write there; -1 when not known."""
    try:
        facts = os.statvfs(folder)
    except (OSError, AttributeError):
        return -1
    return facts.f_bavail * facts.f_frsize


def _text(path: Path) -> str:
    try:
        return path.read_text("ascii", "replace").strip()
    except OSError:
        return ""
