"""Three calls of Linux that Python does not offer; absent elsewhere.

Made through ``_ctypes`` and not ``ctypes``: the latter's own start costs several
times what the rest of the capture needs. Every function says whether it worked,
and the capture works, less exactly, where it did not.
"""

from __future__ import annotations

import os
import struct
import sys

TYPE_CHECKING = False  # type checkers take it for typing's, which is not imported
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36
_SFD_FLAGS = os.O_CLOEXEC | os.O_NONBLOCK if hasattr(os, "O_CLOEXEC") else 0
_SIGSET_BYTES = 128  # of glibc and musl alike
_SIGKILL = 9


def _foreign(name: str) -> Callable[..., int] | None:
    """Find a C function of the running process that returns an int."""
    if not sys.platform.startswith("linux"):
        return None
    try:
        import _ctypes  # may be left out of a small build
    except ImportError:
        return None

    class Int(_ctypes._SimpleCData):  # type: ignore[type-arg]  # noqa: SLF001 - not generic at run time, and the only base
        _type_ = "i"

    class Function(_ctypes.CFuncPtr):
        _flags_ = _ctypes.FUNCFLAG_CDECL | _ctypes.FUNCFLAG_USE_ERRNO
        _restype_ = Int

    try:
        address = _ctypes.dlsym(_ctypes.dlopen(None, 0), name)  # type: ignore[arg-type]  # None is the program itself
    except OSError:
        return None
    return Function(address)


def become_subreaper() -> bool:
    """Make orphans among our descendants our children, not those of process 1.

    Kept over exec, not inherited by children.
    """
    prctl = _foreign("prctl")
    return prctl is not None and prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0


class DeathSignal:
    """Lets a forked child die with its parent: killed as if it had been us.

    Looked up before the fork, so that the child only makes the call.
    """

    __slots__ = ("_prctl",)

    def __init__(self) -> None:
        self._prctl = _foreign("prctl")

    def arm(self, parent: int) -> None:
        """Call in the child of *parent*; kept over exec, gone in its own children."""
        if self._prctl is not None:
            self._prctl(_PR_SET_PDEATHSIG, _SIGKILL, 0, 0, 0)
            if os.getppid() != parent:
                os.kill(os.getpid(), _SIGKILL)


def open_signalfd(signals: Iterable[int]) -> int:
    """Give a non-blocking descriptor from which blocked signals are read, or -1."""
    function = _foreign("signalfd")
    if function is None:
        return -1
    bits = 0
    for number in signals:
        bits |= 1 << (number - 1)
    words = struct.pack("=QQ", bits & (1 << 64) - 1, bits >> 64)
    return function(-1, words.ljust(_SIGSET_BYTES, b"\0"), _SFD_FLAGS)
