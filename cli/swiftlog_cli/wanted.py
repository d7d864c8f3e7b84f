"""What the user wants to see: which runs, and what of a log.

Commands make these from their options; what finds and prints runs and logs takes them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from swiftlog_core.errors import UsageError

if TYPE_CHECKING:
    from swiftlog_cli.records import RunRecord
    from swiftlog_cli.selection import Grep


class Wanted(NamedTuple):
    """Which runs to list; an empty text fits all."""

    limit: int
    project: str = ""
    group: str = ""
    status: str = ""

    def fits(self, record: RunRecord) -> bool:
        """Tell whether *record* is one of them."""
        return (
            self.project in ("", record.project)
            and self.group in ("", record.group)
            and self.status in ("", record.status)
        )


class LogsRequest(NamedTuple):
    """What `logs` was asked for."""

    follow: bool
    failed: bool
    stream: int
    grep: Grep
    tail: int | None
    span: str
    timestamps: bool
    elapsed: bool
    numbers: bool
    raw: bool
    as_json: bool

    @property
    def shapes(self) -> bool:
        """Whether something is put to the lines."""
        return self.timestamps or self.elapsed or self.numbers or self.as_json

    @property
    def picks(self) -> bool:
        """Whether only some lines are wanted, whatever their stream."""
        by_number = self.tail is not None or self.span or self.failed
        return bool(self.grep.pattern or by_number)

    def check(self) -> None:
        """Raise ``UsageError`` for options that exclude each other."""
        shapes, picks = self.shapes, self.picks
        if self.raw and (shapes or picks or self.follow):
            message = "--raw prints the exact bytes: it goes with --stream only"
            raise UsageError(message)
        if self.follow and (self.span or self.failed):
            message = "--follow does not go with --lines or --failed"
            raise UsageError(message)
