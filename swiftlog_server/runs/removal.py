"""Deleting a run with its log."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlmodel import col, delete

from swiftlog_core.events import RUNNING
from swiftlog_server.accounts.interfaces import MAINTAINER
from swiftlog_server.errors import RunStillRunningError
from swiftlog_server.runs.models import LogRun

if TYPE_CHECKING:
    from swiftlog_server.accounts.interfaces import Principal
    from swiftlog_server.db.engine import Database
    from swiftlog_server.runs.service import RunService
    from swiftlog_server.storage.interfaces import LogStore


class RunRemoval:
    """Deletes runs. Synchronous and thread-safe."""

    def __init__(self, database: Database, store: LogStore, runs: RunService) -> None:
        """Find in *runs*, delete in *store* and *database*."""
        self._database = database
        self._store = store
        self._runs = runs

    def delete(self, principal: Principal, run_id: str) -> None:
        """Delete a run that runs no more; needs the role maintainer.

        The log goes first: a failure half-way leaves a run that can be deleted again,
        never frames without a run. Raises ``RunNotFoundError``,
        ``RoleTooLowError``, ``RunStillRunningError``.
        """
        run, _, _, organisation_id = self._runs.get(principal, run_id)
        principal.require_role(MAINTAINER, run.project_id, organisation_id)
        if run.status == RUNNING:
            raise RunStillRunningError(run.id)
        self._store.delete(run.id)
        with self._database.writing() as session:
            session.exec(delete(LogRun).where(col(LogRun.id) == run.id))
