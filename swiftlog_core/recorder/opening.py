"""What the recorder has ready before the first byte: masks, spool, mask socket."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING

from swiftlog_core import __version__
from swiftlog_core.errors import SpoolUnwritableError, SwiftLogError
from swiftlog_core.events import RunInfo
from swiftlog_core.library.black_box import cause_of_death, look
from swiftlog_core.library.locks import SUCCESSION_SECONDS, WAIT_SECONDS, RunLock
from swiftlog_core.library.places import files_of, spool_path, writable_runs_dirs
from swiftlog_core.library.run_id import is_run_id
from swiftlog_core.origin import ci_facts, group_of, project_of
from swiftlog_core.recorder.told_masks import ToldMasks
from swiftlog_core.stream.layout import empty_position
from swiftlog_core.stream.mask import (
    Masker,
    Secret,
    secrets_from_environment,
    secrets_from_file,
)
from swiftlog_core.stream.spool import LOCK_SUFFIX, Spool, reserve_last_words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from swiftlog_core.capture.link import StatusWriter
    from swiftlog_core.recorder.mask_socket import MaskSocket
    from swiftlog_core.recorder.plan import RecorderPlan
    from swiftlog_core.stream.spool import SpoolClosing


class Opening:
    """The open parts of one recording and how they are closed again."""

    def __init__(self, plan: RecorderPlan, status: StatusWriter) -> None:
        """Make the masks, then the spool in the first place that takes one."""
        self.masker = _masker(plan)
        self.info = _info(plan, self.masker)
        self.start_chain = empty_position(plan.run_id).chain
        self.path, self._lock, self.spool = self._open(plan)
        self._told = ToldMasks(self.masker, status, _outer_socket(plan))
        self._socket: MaskSocket | None = None
        self._socket_path = plan.mask_socket

    def _open(self, plan: RecorderPlan) -> tuple[Path, RunLock, Spool]:
        failure: SwiftLogError = SpoolUnwritableError("", "no folder is named")
        wait = SUCCESSION_SECONDS if plan.attempt else WAIT_SECONDS
        for folder in writable_runs_dirs(plan.config):
            path = spool_path(folder, plan.run_id)
            try:
                lock = RunLock.take(path, wait_seconds=wait)
                return path, lock, self._spool_at(path, plan)
            except (OSError, sqlite3.Error, SwiftLogError) as error:
                # Another disk may have room.
                failure = SpoolUnwritableError(str(path), str(error))
        raise failure

    def _spool_at(self, path: Path, plan: RecorderPlan) -> Spool:
        if plan.attempt and path.exists():
            if not _is_unborn(path):
                return Spool.write(path)
            for file in files_of(path):
                if file.suffix != LOCK_SUFFIX:  # that one we hold
                    file.unlink(missing_ok=True)
        try:
            spool = Spool.create(path, self.info)
        except (OSError, sqlite3.Error, SwiftLogError):
            for file in files_of(path):  # half made, it would pass for a damaged run
                file.unlink(missing_ok=True)
            raise
        return spool

    def settle_in(self) -> None:
        """Set up what only a command that lasts needs, if not done yet.

        The black box, room for last words, and the socket for masks: all of it takes
        longer than many commands. Who tells a mask waits for us.
        """
        with contextlib.suppress(OSError, sqlite3.Error):
            # If the disk is full already the next commit meets it, and counts.
            reserve_last_words(self.path)
            self.spool.set_black_box(look(self.path.parent))
        if self._socket is None and self._socket_path:
            from swiftlog_core.recorder.mask_socket import MaskSocket

            self._socket = MaskSocket(self._socket_path, self._told.add)

    def close_masks(self) -> None:
        """End the mask socket, and what is told to the run around ours."""
        if self._socket is not None:
            self._socket.close()
        self._told.finish()

    def cause_of_death(self) -> str:
        """Say why the pump may have vanished; that we live, we know."""
        cause = cause_of_death(self.spool.black_box, look(self.path.parent))
        return "wrapper_killed" if cause in ("recorder_killed", "unknown") else cause

    def close(self, closing: SpoolClosing) -> None:
        """Record the end of the run; on a full disk beside the spool."""
        self.spool.set_closing(closing)

    def seal(self) -> None:
        """Leave one whole file and let others have it.

        While a reader is at it, or the disk is full, the files stay as they are:
        everybody can read those too, and the next ``sync`` folds them.
        """
        try:
            self.spool.seal()
        except sqlite3.OperationalError:
            is_whole = False
        else:
            is_whole = self.spool.holds_closing
        self.spool.close()
        if is_whole:  # else its last words are in the lock file, and only there
            # Who waits for the lock sees that it is gone.
            self.path.with_suffix(LOCK_SUFFIX).unlink(missing_ok=True)
        self._lock.release()


def _is_unborn(path: Path) -> bool:
    """Tell whether our predecessor was killed while it made the spool: no run yet."""
    uri = f"{path.resolve().as_uri()}?mode=rw"
    try:
        with contextlib.closing(sqlite3.connect(uri, uri=True)) as db:
            tables = db.execute("SELECT 1 FROM sqlite_master WHERE name = 'spool'")
            if not tables.fetchone():
                return True
            return not db.execute("SELECT 1 FROM spool WHERE key = 'info'").fetchone()
    except sqlite3.Error:
        return False  # damaged, then: not ours to remove


def _outer_socket(plan: RecorderPlan) -> str:
    path = plan.config.environ.get("SWIFTLOG_MASK_SOCKET", "")
    return "" if path == plan.mask_socket else path


def _masker(plan: RecorderPlan) -> Masker:
    config = plan.config
    secrets = secrets_from_environment(config.environ, config.many("mask_env"))
    if config.text("token"):
        secrets.append(Secret("SWIFTLOG_TOKEN", os.fsencode(config.text("token"))))
    if config.text("masks_file"):
        secrets += secrets_from_file(Path(config.text("masks_file")))
    # Of a recorder of this run that was killed: their values are still printed.
    secrets += [Secret(name, value) for name, value in plan.told]
    return Masker(secrets)


def _info(plan: RecorderPlan, masker: Masker) -> RunInfo:
    config, mask = plan.config, masker.mask_text

    def clean(text: str) -> str:
        return mask(text).encode("utf-8", "backslashreplace").decode()

    # Masked first: a name is cut to a length, and half a secret is not found again.
    argv = tuple(clean(os.fsdecode(word)) for word in plan.argv)
    project = config.text("project") or project_of(config.environ, plan.cwd)
    group = config.text("group") or group_of(config.environ, argv)
    facts = ci_facts(config.environ)
    return RunInfo(
        plan.run_id,
        clean(project),
        clean(group),
        argv,
        clean(plan.cwd),
        plan.started_ns,
        clean(_host()),
        plan.tty,
        config.on("merge"),
        {clean(key): clean(value) for key, value in _pairs(config.many("meta"))},
        {key: clean(value) for key, value in facts.items()},
        __version__,
        _parent(config.environ),
    )


def _parent(environ: Mapping[str, str]) -> str:
    """Return the run around ours; a server refuses what is no id."""
    run_id = environ.get("SWIFTLOG_RUN_ID", "")
    return run_id if is_run_id(run_id) else ""


def _host() -> str:
    return os.uname().nodename if hasattr(os, "uname") else ""


def _pairs(words: tuple[str, ...]) -> list[tuple[str, str]]:
    """Split ``key=value``; a word without ``=`` is a key with the value 1."""
    pairs = []
    for word in words:
        key, equals, value = word.partition("=")
        pairs.append((key, value if equals else "1"))
    return pairs
