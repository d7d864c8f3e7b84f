"""Statuses of many runs: what a list of runs needs to stay true.

Owns the process's one view of status changes. Hints make it quick, a poll every
``POLL_SECONDS`` makes it complete. Each subscriber holds only the newest state of
each changed run, so a slow one loses nothing but states that are over.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

import structlog
from anyio.to_thread import run_sync
from sqlalchemy import and_, or_, select
from sqlmodel import SQLModel

from swiftlog_core.events import RUNNING
from swiftlog_server.live.messages import encode
from swiftlog_server.projects.models import Project
from swiftlog_server.runs.models import LogRun

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy import ColumnElement

    from swiftlog_server.accounts.interfaces import Reach
    from swiftlog_server.bus.interfaces import EventBus, RunEvent, Subscription
    from swiftlog_server.db.engine import Database

POLL_SECONDS: Final = 2.0
_OVERLAP: Final = timedelta(seconds=30)
_ROWS: Final = 10_000

_log = structlog.get_logger(__name__)


class RunState(NamedTuple):
    """What a list shows of a run, and to which project it belongs."""

    run_id: str
    version: int
    project_id: int
    group_id: int
    status: str
    exit_code: int | None
    lines: int
    ai_status: str
    organisation_id: int

    def message(self) -> str:
        """Return the ``status`` message."""
        shown = self._asdict()
        del shown["organisation_id"]
        return encode({"type": "status", **shown})


_RUNS: Final = SQLModel.metadata.tables[LogRun.__tablename__]
_PROJECTS: Final = SQLModel.metadata.tables[Project.__tablename__]
_COLUMNS: Final = (
    _RUNS.c.id,
    _RUNS.c.status_version,
    _RUNS.c.project_id,
    _RUNS.c.group_id,
    _RUNS.c.status,
    _RUNS.c.exit_code,
    _RUNS.c.lines,
    _RUNS.c.ai_status,
    _PROJECTS.c.organisation_id,
)


class StatusWatcher:
    """One subscriber: the newest unseen state of each run within its reach."""

    def __init__(self, reach: Reach) -> None:
        """See what lies within *reach*; replace it when roles change."""
        self.reach = reach
        self._pending: dict[str, RunState] = {}
        self._ready = asyncio.Event()

    def offer(self, state: RunState) -> None:
        """Take a new state."""
        if self.reach.holds(state.project_id, state.organisation_id):
            self._pending[state.run_id] = state
            self._ready.set()

    async def next(self) -> RunState:
        """Return the oldest pending state; wait for one."""
        while not self._pending:
            self._ready.clear()
            await self._ready.wait()
        return self._pending.pop(next(iter(self._pending)))


class StatusBoard:
    """Tells watchers of status changes. Use it on one event loop."""

    def __init__(
        self,
        database: Database,
        bus: EventBus,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        poll_seconds: float = POLL_SECONDS,
    ) -> None:
        """Read from *database*; let *bus* tell when it is worth while."""
        self._database = database
        self._bus = bus
        self._now = now
        self._poll_seconds = poll_seconds
        self._states: dict[str, RunState] = {}  # running, or changed lately
        self._due = 0.0
        self._hinted: set[str] = set()
        self._wake = asyncio.Event()
        self._watchers: set[StatusWatcher] = set()
        self._subscription: Subscription | None = None
        self._task: asyncio.Task[None] | None = None

    def open(self) -> None:
        """Start; call it on the loop that will serve."""
        self._task = asyncio.get_running_loop().create_task(self._follow())

    async def close(self) -> None:
        """Stop."""
        if self._subscription is not None:
            self._subscription.close()
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def join(self, reach: Reach) -> StatusWatcher:
        """Return a new watcher; pair it with ``leave``.

        It begins with the runs that run or ended seconds ago.
        """
        watcher = StatusWatcher(reach)
        for state in self._states.values():
            watcher.offer(state)
        self._watchers.add(watcher)
        if self._subscription is None:
            self._subscription = self._subscribe()
            self._due = 0.0
            self._wake.set()
        return watcher

    def leave(self, watcher: StatusWatcher) -> None:
        """End a watcher; without any, nothing is asked any more."""
        self._watchers.discard(watcher)
        if not self._watchers and self._subscription is not None:
            self._subscription.close()
            self._subscription = None
            self._states.clear()

    def _subscribe(self) -> Subscription:
        loop = asyncio.get_running_loop()

        def take(run_id: str) -> None:
            self._hinted.add(run_id)
            self._wake.set()

        def from_any_thread(event: RunEvent) -> None:
            # Most events are of frames and bring no new version: they end here.
            known = self._states.get(event.run_id)
            if known is None or known.version < event.status_version:
                loop.call_soon_threadsafe(take, event.run_id)

        return self._bus.subscribe(None, from_any_thread)

    async def _follow(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await self._sleep()
            try:
                if self._hinted:
                    hinted, self._hinted = self._hinted, set()
                    self._tell(await self._read(_RUNS.c.id.in_(hinted)))
                if loop.time() >= self._due:
                    self._due = loop.time() + self._poll_seconds
                    await self._poll()
            except Exception:  # noqa: BLE001 - the store may be away for a while
                _log.warning("status_poll_failed", exc_info=True)
                await asyncio.sleep(self._poll_seconds)

    async def _sleep(self) -> None:
        """Return at a hint or, while anybody watches, when the poll is due."""
        seconds = max(0.0, self._due - asyncio.get_running_loop().time())
        try:
            await asyncio.wait_for(
                self._wake.wait(), seconds if self._watchers else None
            )
        except TimeoutError:
            return
        self._wake.clear()

    async def _poll(self) -> None:
        """Read every run that may have changed since the last poll."""
        if not self._watchers:
            return
        since = self._now() - _OVERLAP
        ended = and_(_RUNS.c.status != RUNNING, _RUNS.c.last_heartbeat > since)
        states = await self._read(or_(_RUNS.c.status == RUNNING, ended))
        seen = {state.run_id for state in states}
        # Runs that were lost meanwhile: they run no more and were silent for long.
        vanished = [
            run_id
            for run_id, state in self._states.items()
            if state.status == RUNNING and run_id not in seen
        ]
        self._tell(states)
        if vanished:
            self._tell(await self._read(_RUNS.c.id.in_(vanished)))
        self._states = {r: s for r, s in self._states.items() if r in seen}

    async def _read(self, condition: ColumnElement[bool]) -> Sequence[RunState]:
        query = (
            select(*_COLUMNS)
            .join_from(_RUNS, _PROJECTS, _PROJECTS.c.id == _RUNS.c.project_id)
            .where(condition)
            .limit(_ROWS)
        )

        def read() -> list[RunState]:
            with self._database.read_connection() as connection:
                return [RunState(*row) for row in connection.execute(query)]

        return await run_sync(read)

    def _tell(self, states: Sequence[RunState]) -> None:
        """Offer the states that are news; a race may bring an older one: not news."""
        for state in states:
            known = self._states.get(state.run_id)
            if known is None or known.version < state.version:
                self._states[state.run_id] = state
                for watcher in self._watchers:
                    watcher.offer(state)
