"""What recorders ask of the ingest: the commands that one transaction carries out.

Owns shapes only. A command's outcome is its result, or the ``SwiftLogError`` that
says why it was refused.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from swiftlog_core.errors import SwiftLogError

if TYPE_CHECKING:
    from swiftlog_core.events import Frame, Position, Receipt, RunInfo
    from swiftlog_core.wire.codec import Closing
    from swiftlog_server.accounts.interfaces import Principal


class CheckedFrame(NamedTuple):
    """A frame that agrees with itself and with the run, and where it leads.

    ``end`` is ``None`` for a repeated frame: it is compared with what is stored, by
    digest, and never stored.
    """

    frame: Frame
    end: Position | None
    gaps: int = 0
    gap_bytes: int = 0


class OpenCommand(NamedTuple):
    """Create the run, or take it over with the next epoch."""

    principal: Principal
    info: RunInfo

    @property
    def run_id(self) -> str:
        """The run's id."""
        return self.info.run_id


class AppendCommand(NamedTuple):
    """Add frames, in order, to a run that stands at ``start``."""

    run_id: str
    epoch: int
    start: Position
    frames: tuple[CheckedFrame, ...]


class CloseCommand(NamedTuple):
    """End the run when it is whole."""

    principal: Principal
    closing: Closing

    @property
    def run_id(self) -> str:
        """The run's id."""
        return self.closing.run_id


class OpenedRun(NamedTuple):
    """A run that is open for its recorder; with a ``receipt`` it has ended."""

    run_id: str
    epoch: int
    position: Position
    receipt: Receipt | None = None


class Appended(NamedTuple):
    """Everything up to ``durable_seq`` is on disk."""

    durable_seq: int


class ClosedRun(NamedTuple):
    """A run that has ended, whole."""

    receipt: Receipt


Command = OpenCommand | AppendCommand | CloseCommand
Outcome = OpenedRun | Appended | ClosedRun | SwiftLogError
