"""Who is still there: heartbeats to the database, silent runs marked as lost.

Heartbeats are gathered in memory and written together every few seconds; a process
that just began gives recorders time to come back before it calls a run lost.
"""

from __future__ import annotations

import asyncio
from time import monotonic
from typing import TYPE_CHECKING, Final

import structlog

from swiftlog_server.runs.ingest import LOST_AFTER_SECONDS

if TYPE_CHECKING:
    from collections.abc import Callable

    from swiftlog_server.runs.ingest import IngestService
    from swiftlog_server.runs.streams import IngestStreams

ROUND_SECONDS: Final = 5.0

_log = structlog.get_logger(__name__)


class RunWatch:
    """Makes a round every few seconds, on the event loop of the streams."""

    def __init__(
        self,
        service: IngestService,
        streams: IngestStreams,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        """Watch *streams*; *clock* gives seconds."""
        self._service = service
        self._streams = streams
        self._clock = clock
        self._patient_until = clock() + LOST_AFTER_SECONDS

    async def run(self) -> None:
        """Make rounds until cancelled; a failed one is logged and the next tries."""
        while True:
            await asyncio.sleep(ROUND_SECONDS)
            try:
                await self.make_round()
            except Exception:  # noqa: BLE001 - the database may be away for a while
                _log.warning("run_watch_failed", exc_info=True)

    async def make_round(self) -> None:
        """Write heartbeats, end streams whose run was taken over, mark lost runs."""
        heard = self._streams.take_heard()
        if heard:
            passed = await self._streams.in_thread(self._service.touch, heard)
            self._streams.take_over(passed)
        if self._clock() >= self._patient_until:
            lost = await self._streams.in_thread(self._service.mark_lost)
            if lost:
                _log.info("runs_lost", run_ids=lost[:20], count=len(lost))
