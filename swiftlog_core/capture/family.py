"""Which processes belong to the command, and which of them hold its output.

Read from ``/proc``: a process belongs if it descends from us and not from the
recorder. As a subreaper we inherit what a daemon leaves behind, so that neither a new
session nor a double fork escapes. Where there is no ``/proc`` only the command's
process group is known.
"""

from __future__ import annotations

import os

from swiftlog_core.capture.spec import Holder

TYPE_CHECKING = False  # type checkers take it for typing's, which is not imported
if TYPE_CHECKING:
    from collections.abc import Iterable

_PPID_FIELD = 1  # after the command's name, which may hold anything
_STATE_FIELD = 0


def _pids() -> list[int]:
    try:
        return [int(name) for name in os.listdir("/proc") if name.isdigit()]
    except OSError:
        return []


def _read(path: str) -> bytes:
    """Read a small file; empty when the process is gone or not ours to see."""
    try:
        fd = os.open(path, os.O_RDONLY)
    except OSError:
        return b""
    try:
        return os.read(fd, 4096)
    except OSError:
        return b""
    finally:
        os.close(fd)


def _state_and_parent(pid: int) -> tuple[bytes, int]:
    fields = _read(f"/proc/{pid}/stat").rpartition(b") ")[2].split()
    if len(fields) <= _PPID_FIELD:
        return b"", 0
    return fields[_STATE_FIELD], int(fields[_PPID_FIELD])


def is_descendant(pid: int, ancestor: int) -> bool:
    """Tell whether *pid* is *ancestor* or was started by it, however indirectly."""
    seen = 0
    while pid > 1 and pid != ancestor and seen < 1 << 16:
        pid = _state_and_parent(pid)[1]
        seen += 1
    return pid == ancestor


def descendants(ancestor: int, excluded: Iterable[int]) -> list[int]:
    """Give the living descendants of *ancestor*, without those of *excluded*.

    *excluded* are direct children. Zombies count as dead.
    """
    children: dict[int, list[int]] = {}
    dead = set()
    for pid in _pids():
        state, parent = _state_and_parent(pid)
        children.setdefault(parent, []).append(pid)
        if state in (b"Z", b"X"):
            dead.add(pid)
    skipped = set(excluded)
    found: list[int] = []
    waiting = [pid for pid in children.get(ancestor, ()) if pid not in skipped]
    while waiting:
        pid = waiting.pop()
        found.append(pid)
        waiting.extend(children.get(pid, ()))
    return [pid for pid in found if pid not in dead]


def holders(targets: Iterable[str], excluded: Iterable[int]) -> list[Holder]:
    """Give the processes that have one of *targets* open.

    A target is what ``/proc/PID/fd/N`` links to: ``pipe:[inode]`` or a device's path.
    """
    wanted = set(targets)
    skipped = {os.getpid(), *excluded}
    return [
        Holder(pid, _command(pid))
        for pid in _pids()
        if pid not in skipped and _holds(pid, wanted)
    ]


def _holds(pid: int, wanted: set[str]) -> bool:
    folder = f"/proc/{pid}/fd"
    try:
        names = os.listdir(folder)
    except OSError:
        return False
    for name in names:
        try:
            if os.readlink(f"{folder}/{name}") in wanted:
                return True
        except OSError:  # closed meanwhile
            continue
    return False


def _command(pid: int) -> str:
    return os.fsdecode(_read(f"/proc/{pid}/comm").rstrip(b"\n"))


def is_stopped(pid: int) -> bool:
    """Tell whether *pid* is stopped by a signal; False where that is unknown."""
    return _state_and_parent(pid)[0] == b"T"
