"""From a run's log to its explanation, for the commands that show one.

The explaining itself is ``swiftlog_core.explain``; importing this module does not
import it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from swiftlog_core.events import RUNNING, ExitStatus

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from swiftlog_cli.records import RunRecord
    from swiftlog_cli.runlogs import RunLog
    from swiftlog_core.explain.api import Explanation
    from swiftlog_core.explain.source import LogSource

TAIL_LINES: Final = 3


class RunSource:
    """A run's log as ``explain`` reads it; any number of times."""

    def __init__(self, log: RunLog) -> None:
        """Read from *log*, which stays the caller's to close."""
        self._log = log

    def blocks(self) -> Iterator[bytes]:
        """Yield the text from its start."""
        return self._log.text()


def explain_run(
    log: RunLog, record: RunRecord, baselines: Sequence[LogSource] = ()
) -> Explanation:
    """Return why the run of *log* failed, as far as its log tells."""
    from swiftlog_core.explain.api import explain

    return explain(
        RunSource(log),
        baselines=baselines,
        exit_status=exit_of(record),
        command=record.argv,
    )


def exit_of(record: RunRecord) -> ExitStatus | None:
    """Return how the run ended; None while it is running."""
    if record.status == RUNNING:
        return None
    return ExitStatus(
        record.status,
        record.exit_code,
        record.signal,
        record.cause,
        record.duration_ns or 0,
    )


def card_of(log: RunLog, record: RunRecord, *, width: int, color: bool) -> str:
    """Return the card of a failed run; empty when its log tells nothing."""
    from swiftlog_core.card import render_card

    explanation = explain_run(log, record)
    return render_card(explanation, width, color=color, run_id=record.short_id)


def telling_lines(log: RunLog) -> frozenset[int]:
    """Return the numbers of the lines that tell the failure, and of the last few.

    Empty for a run that did not fail.
    """
    record = log.record()
    explanation = explain_run(log, record)
    if not explanation.failed:
        return frozenset()
    numbers = {line.number for line in explanation.excerpt.lines}
    last = record.lines
    numbers.update(range(max(1, last - TAIL_LINES + 1), last + 1))
    return frozenset(numbers)
