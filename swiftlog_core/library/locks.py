"""Who may write, ship or mend a spool: the holder of ``<id>.lock``.

The kernel drops the lock when its holder dies, by whatever cause: a spool that has
no end and no holder is a dead one. Readers never lock, but they may look.
"""

from __future__ import annotations

import errno
import os
import sys
import time
from typing import TYPE_CHECKING, Final, Self

from swiftlog_core.errors import SpoolBusyError, SpoolUnwritableError
from swiftlog_core.stream.spool import LOCK_SUFFIX

if TYPE_CHECKING:
    from pathlib import Path

WAIT_SECONDS: Final = 0.2  # longer than any look, which locks for microseconds
SUCCESSION_SECONDS: Final = 5.0  # a killed holder may still be in a disk's hands
_STEP_SECONDS: Final = 0.005
# Network and user-space file systems without locks: better unlocked than unrecorded.
_NO_LOCKS_HERE: Final = (errno.ENOLCK, errno.ENOTSUP, errno.ENOSYS, errno.EINVAL)

if sys.platform == "win32":
    import msvcrt

    _FAR_BYTE: Final = 1 << 30  # behind the file's content, which stays writable

    def _try_lock(fd: int, *, shared: bool) -> bool:
        del shared
        os.lseek(fd, _FAR_BYTE, os.SEEK_SET)
        try:
            msvcrt.locking(fd, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
else:
    import fcntl

    def _try_lock(fd: int, *, shared: bool) -> bool:
        kind = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
        try:
            fcntl.flock(fd, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError as error:
            if error.errno not in _NO_LOCKS_HERE:
                raise
        return True


class RunLock:
    """The lock of one spool, held until ``release`` or the end of the process.

    ``fd`` is inherited by a fork, and then held until both have closed it.
    """

    def __init__(self, fd: int) -> None:
        """Wrap a locked descriptor; use ``take``."""
        self.fd = fd

    @classmethod
    def take(cls, spool: Path, *, wait_seconds: float = WAIT_SECONDS) -> Self:
        """Take the lock of *spool*, which need not exist yet.

        Raises ``SpoolBusyError`` when another process holds it, and
        ``SpoolUnwritableError`` when the lock file cannot be made.
        """
        path = spool.with_suffix(LOCK_SUFFIX)
        until = time.monotonic() + wait_seconds
        while True:
            try:
                fd = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
            except OSError as error:
                reason = error.strerror or str(error)
                raise SpoolUnwritableError(str(path), reason) from error
            if _try_lock(fd, shared=False) and _is_still(fd, path):
                return cls(fd)
            os.close(fd)
            if time.monotonic() >= until:
                raise SpoolBusyError(str(spool))
            time.sleep(_STEP_SECONDS)

    def release(self) -> None:
        """Let others have it."""
        if self.fd >= 0:
            os.close(self.fd)
            self.fd = -1

    def __enter__(self) -> Self:
        """Return self."""
        return self

    def __exit__(self, *_: object) -> None:
        """Release."""
        self.release()


def is_locked(spool: Path) -> bool:
    """Tell whether somebody holds the lock of *spool*: whether it lives."""
    try:
        fd = os.open(spool.with_suffix(LOCK_SUFFIX), os.O_RDWR)
    except FileNotFoundError:
        return False
    except OSError:
        return False  # a read-only place: nobody writes there
    try:
        return not _try_lock(fd, shared=True)
    finally:
        os.close(fd)


def _is_still(fd: int, path: Path) -> bool:
    """Tell whether *path* is still the file that was locked, and not a pruned one."""
    try:
        return os.path.samestat(os.fstat(fd), path.stat())
    except FileNotFoundError:
        return False
