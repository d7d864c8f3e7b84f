"""Spawn, read, signal, wait, reap. Knows nothing of logs.

``capture(CaptureSpec(...))`` runs one command and gives a ``CaptureResult``. The
recorder's side is ``LinkReader``, ``StatusWriter`` and ``fork_recorder``. Standard
library only, and of that only what is quick to import.
"""

from __future__ import annotations

import sys

from swiftlog_core.capture.spec import (
    CaptureResult,
    CaptureSpec,
    Holder,
    RecorderHandle,
)

if sys.platform == "win32":
    from swiftlog_core.capture.windows import capture
else:
    from swiftlog_core.capture.pump import capture

__all__ = ["CaptureResult", "CaptureSpec", "Holder", "RecorderHandle", "capture"]
