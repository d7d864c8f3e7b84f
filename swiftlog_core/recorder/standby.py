"""A recorder that is forked first of all and gets ready beside the pump.

What the recorder imports takes longer than many commands. So it starts to import
before the pump has even read its flags, on another core, and waits to be told that
there is a run. It reads the same flags itself; what only the pump knows comes as the
first bytes of the link: a size (u16, little-endian) and that many bytes of text,
fields separated by NUL. If the link ends before that, there is no run.
"""

from __future__ import annotations

import os

from swiftlog_core.capture.recorder import fork_recorder

TYPE_CHECKING = False  # type checkers take it for typing's, which is not imported
if TYPE_CHECKING:
    from collections.abc import Callable

    from swiftlog_core.capture.link import LinkReader, StatusWriter
    from swiftlog_core.capture.spec import RecorderHandle
    from swiftlog_core.recorder.plan import RecorderPlan


def stand_by(plan_of: Callable[[], RecorderPlan]) -> RecorderHandle | None:
    """Fork the recorder; in it, *plan_of* gives the plan from what the user said.

    None where that cannot be done yet: without ``fork``, or when one of the standard
    descriptors is closed and a pipe would take its number.
    """
    if not (hasattr(os, "fork") and all(map(_is_open, (0, 1, 2)))):
        return None

    def wait_and_serve(reader: LinkReader, status: StatusWriter) -> int:
        from swiftlog_core.recorder.serve import serve

        facts = _read_facts(reader.fileno())
        if not facts:
            return 0
        plan = plan_of()
        plan.take_facts(facts)
        return serve(reader, status, plan)

    try:
        return fork_recorder(wait_and_serve, ())
    except OSError:
        return None  # no process to be had now; the pump tries again, and says so


def tell(handle: RecorderHandle, plan: RecorderPlan) -> bool:
    """Tell the waiting recorder of its run; False when it is gone."""
    text = "\0".join(plan.facts()).encode("utf-8", "surrogateescape")
    try:
        os.write(handle.write_fd, len(text).to_bytes(2, "little") + text)
    except OSError:
        return False
    return True


def _read_facts(fd: int) -> list[str]:
    head = _read_exactly(fd, 2)
    text = _read_exactly(fd, int.from_bytes(head, "little")) if head else b""
    return text.decode("utf-8", "surrogateescape").split("\0") if text else []


def _read_exactly(fd: int, size: int) -> bytes:
    data = b""
    while len(data) < size:
        part = os.read(fd, size - len(data))
        if not part:
            return b""
        data += part
    return data


def _is_open(fd: int) -> bool:
    try:
        os.fstat(fd)
    except OSError:
        return False
    return True
