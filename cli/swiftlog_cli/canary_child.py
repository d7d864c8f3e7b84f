"""The command that `swiftlog doctor --secrets` wraps: prints canaries, awkwardly.

Each goes to both streams in turns: whole, then cut in two at every place; a few with a
pause at the cut, longer than a recorder waits before it flushes. Ends like a failed
command, so that it is explained.
"""

from __future__ import annotations

import os
import sys
import time

from swiftlog_core.stream.mask.canary import canaries

PAUSE_SECONDS = 1.2
PAUSES = 4
EXIT_CODE = 3


def main() -> int:
    """Print all canaries and fail."""
    # On a terminal both streams are one: turns would tear the canaries apart.
    fds = (1,) if os.isatty(1) else (1, 2)
    for canary in canaries():
        for cut in range(len(canary.printed)):
            for part in (canary.printed[:cut], canary.printed[cut:]):
                for fd in fds:
                    _write(fd, part)
    for canary in canaries()[:: max(1, len(canaries()) // PAUSES)]:
        middle = len(canary.printed) // 2
        _write(1, canary.printed[:middle])
        time.sleep(PAUSE_SECONDS)
        _write(1, canary.printed[middle:])
    _write(2, b"error: the canaries have sung\n")
    return EXIT_CODE


def _write(fd: int, data: bytes) -> None:
    while data:
        data = data[os.write(fd, data) :]


if __name__ == "__main__":
    sys.exit(main())
