"""Delivers recordings to a database as the ingest would, for tests of readers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from swiftlog_server.runs.checks import check_frame
from swiftlog_server.runs.commands import AppendCommand, CloseCommand, OpenCommand

if TYPE_CHECKING:
    from swiftlog_server.accounts.interfaces import Principal
    from swiftlog_server.runs.ingest import IngestService
    from tests.unit.swiftlog_server.recording import Recording


def deliver(
    ingest: IngestService,
    principal: Principal,
    run: Recording,
    *,
    project: str = "acme/web",
    close: bool = True,
) -> None:
    """Open *run*, add all its frames, and close it."""
    checked = tuple(
        check_frame(position, frame, 0)
        for position, frame in zip(run.positions, run.frames, strict=False)
    )
    commands = [
        OpenCommand(principal, run.info(project)),
        AppendCommand(run.run_id, 1, run.positions[0], checked),
    ]
    if close:
        commands.append(CloseCommand(principal, run.closing(1)))
    for command in commands:
        (outcome,) = ingest.commit([command])
        if isinstance(outcome, Exception):
            raise outcome
