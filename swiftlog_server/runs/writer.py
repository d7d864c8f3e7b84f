"""The one thread of a process that commits: whole batches, one fsync for each.

While a batch is on its way to the disk, commands of all runs gather in the queue and
become the next one. Owns the order: commands are carried out in the order in which
they were submitted.
"""

from __future__ import annotations

from queue import Empty, SimpleQueue
from threading import Lock, Thread
from time import sleep
from typing import TYPE_CHECKING, Final

import structlog

from swiftlog_core.errors import IngestError
from swiftlog_server.errors import UnavailableError
from swiftlog_server.runs.commands import AppendCommand

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from swiftlog_server.runs.commands import Command, Outcome

    Done = Callable[[Outcome], None]
    Delivery = tuple[Done, Outcome]

MAX_COMMANDS: Final = 4096
MAX_BYTES: Final = 32 * 1024 * 1024
# After a batch of this many, waiting a little makes the next one worth its fsync.
_BUSY_COMMANDS: Final = 8
_LINGER_SECONDS: Final = 0.015

_log = structlog.get_logger(__name__)


class CommitWriter:
    """Carries commands to ``IngestService.commit`` on a thread of its own.

    *deliver* gets, on that thread and after the commit, who is to be told what.
    """

    def __init__(
        self,
        commit: Callable[[Sequence[Command]], list[Outcome]],
        deliver: Callable[[list[Delivery]], None],
    ) -> None:
        """Prepare; ``start`` begins."""
        self._commit = commit
        self._deliver = deliver
        self._queue: SimpleQueue[tuple[Command, Done] | None] = SimpleQueue()
        self._thread = Thread(target=self._work, name="commit-writer", daemon=True)
        self._lock = Lock()
        self._stopped = False

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def submit(self, command: Command, done: Done) -> None:
        """Queue *command*; *done* is delivered its outcome. Never blocks."""
        with self._lock:
            if not self._stopped:
                self._queue.put((command, done))
                return
        self._deliver([(done, UnavailableError("this server", "it is stopping"))])

    def stop(self) -> None:
        """Commit what was submitted, then end the thread. Later commands are refused.

        Blocks until all of it is on disk and delivered.
        """
        with self._lock:
            if self._stopped:
                return
            self._stopped = True
            self._queue.put(None)
        self._thread.join()

    def _work(self) -> None:
        busy = False
        while True:
            first = self._queue.get()
            if first is None:
                return
            if busy:
                sleep(_LINGER_SECONDS)
            entries, last = self._gather(first)
            busy = len(entries) >= _BUSY_COMMANDS
            outcomes = self._outcomes([command for command, _ in entries])
            told = zip((done for _, done in entries), outcomes, strict=True)
            self._deliver(list(told))
            if last:
                return

    def _gather(
        self, first: tuple[Command, Done]
    ) -> tuple[list[tuple[Command, Done]], bool]:
        """Return what is queued, *first* included, and whether that was all ever."""
        entries, size = [first], _size(first[0])
        while len(entries) < MAX_COMMANDS and size < MAX_BYTES:
            try:
                entry = self._queue.get_nowait()
            except Empty:
                break
            if entry is None:
                return entries, True
            entries.append(entry)
            size += _size(entry[0])
        return entries, False

    def _outcomes(self, commands: Sequence[Command]) -> list[Outcome]:
        try:
            return self._commit(commands)
        except Exception:  # noqa: BLE001 - or no run is ever stored again
            _log.exception("commit_failed", commands=len(commands))
            message = "the server failed at this; it is in its log"
            return [IngestError(message) for _ in commands]


def _size(command: Command) -> int:
    if not isinstance(command, AppendCommand):
        return 0
    return sum(len(checked.frame.payload) for checked in command.frames)
