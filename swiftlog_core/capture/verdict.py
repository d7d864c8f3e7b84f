"""From a wait status and what happened before it to the words for how a run ended."""

from __future__ import annotations

import os

from swiftlog_core.capture.spec import CaptureResult

TYPE_CHECKING = False  # type checkers take it for typing's, which is not imported
if TYPE_CHECKING:
    from swiftlog_core.capture.command import Command
    from swiftlog_core.capture.stopper import Stopper

TIMED_OUT = 124
_SIGNAL_BASE = 128


def judge(command: Command, stopper: Stopper, now: float) -> CaptureResult:
    """Give status, exit code, signal and cause of a command that has just ended.

    Also lets the stopper sweep what the command left, if it was stopped.
    """
    status = command.status or 0
    killed_by = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
    exit_code = _SIGNAL_BASE + killed_by if killed_by else os.WEXITSTATUS(status)
    cancelled = stopper.on_end(killed_by, exit_code, now)
    if command.failure is not None:
        failure = command.failure
        return CaptureResult("failed", failure.exit_code, cause=failure.cause)
    if stopper.cause:
        return CaptureResult("failed", TIMED_OUT, signal=killed_by, cause=stopper.cause)
    if cancelled:
        return CaptureResult(
            "cancelled", exit_code, signal=killed_by, cause="cancelled"
        )
    word = "success" if exit_code == 0 else "failed"
    return CaptureResult(word, exit_code, signal=killed_by)
