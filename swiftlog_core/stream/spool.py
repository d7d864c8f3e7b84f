"""One run's durable copy on this machine: a single SQLite file, ``<id>.slog``.

Owns the file's schema and its modes. While a run lives the file is in WAL mode
with ``synchronous=NORMAL``: a killed process loses nothing that was committed. At
the end, or when somebody opens a dead one, it is checkpointed into one whole file
that can be copied about. The writer holds an ``flock`` on ``<id>.lock``; readers
never lock. Schema (``application_id`` 0x534C4F47, ``user_version`` 1)::

    spool(key TEXT PRIMARY KEY, value)   info, closing, durable_seq, receipt, notes
    frames(seq INTEGER PRIMARY KEY, first_line, line_ends, text_size, payload_size,
           t_first_ns, t_last_ns, payload BLOB, digest BLOB,
           lines, size, open_stdout, open_stderr, chain BLOB)   -- Position after it
"""

from __future__ import annotations

import json
import os
import sqlite3
from typing import TYPE_CHECKING, Final, Self

from swiftlog_core.errors import SpoolCorruptError, SpoolUnwritableError
from swiftlog_core.events import ExitStatus, Frame, Position, Receipt, RunInfo
from swiftlog_core.records import NamedTuple
from swiftlog_core.stream.layout import empty_position

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

APPLICATION_ID: Final = 0x534C4F47  # "SLOG"
FORMAT: Final = 1
SUFFIX: Final = ".slog"
LOCK_SUFFIX: Final = ".lock"
LAST_WORDS_BYTES: Final = 2048  # of the lock file, reserved while the disk has room
PAGE_BYTES: Final = 8192
SEAL_WAIT_MS: Final = 200
_SCHEMA: Final = f"""
PRAGMA page_size={PAGE_BYTES};
PRAGMA application_id={APPLICATION_ID};
PRAGMA user_version={FORMAT};
PRAGMA synchronous=OFF;
PRAGMA journal_mode=WAL;
BEGIN;
CREATE TABLE spool(key TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE TABLE frames(
  seq INTEGER PRIMARY KEY, first_line INTEGER NOT NULL, line_ends INTEGER NOT NULL,
  text_size INTEGER NOT NULL, payload_size INTEGER NOT NULL,
  t_first_ns INTEGER NOT NULL, t_last_ns INTEGER NOT NULL,
  payload BLOB NOT NULL, digest BLOB NOT NULL,
  lines INTEGER NOT NULL, size INTEGER NOT NULL,
  open_stdout INTEGER NOT NULL, open_stderr INTEGER NOT NULL, chain BLOB NOT NULL);
COMMIT;
PRAGMA synchronous=NORMAL;
PRAGMA wal_autocheckpoint=0;
"""
_FRAME: Final = ", ".join(Frame._fields)
_POSITION: Final = "seq, lines, size, open_stdout, open_stderr, chain"


def reserve_last_words(path: Path) -> None:
    """Reserve room in the lock file of the spool at *path* for how the run ended.

    A disk that is full later takes writes in place. Raises ``OSError``.
    """
    with path.with_suffix(LOCK_SUFFIX).open("r+b") as file:
        file.write(b" " * LAST_WORDS_BYTES)
        file.flush()
        os.fsync(file.fileno())


def _last_words(path: Path) -> str | None:
    try:
        text = path.with_suffix(LOCK_SUFFIX).read_text("ascii", "replace").strip()
    except OSError:
        return None
    return text if text.startswith("{") and text.endswith("}") else None


class SpoolClosing(NamedTuple):
    """How a run ended and what its whole log is, as its recorder saw it.

    ``unmarked`` counts bytes per stream that were lost at the very end, when the disk
    did not even take the frame that marks their gap. The receipt counts that gap.
    """

    exit: ExitStatus
    receipt: Receipt
    unmarked: tuple[int, int] = (0, 0)


class Spool:
    """An open spool. One thread at a time; open another for another thread."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        """Wrap an open connection; use ``create``, ``write`` or ``read``."""
        self.path = path
        self._db = connection

    @classmethod
    def create(cls, path: Path, info: RunInfo) -> Self:
        """Make a new spool for *info*; raise ``SpoolUnwritableError``."""
        try:
            db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
            db.executescript(_SCHEMA)
            spool = cls(path, db)
            spool._set("info", json.dumps(info._asdict()))
        except sqlite3.Error as error:
            raise SpoolUnwritableError(str(path), str(error)) from error
        return spool

    @classmethod
    def write(cls, path: Path) -> Self:
        """Open an existing spool to continue, ship or mend it.

        The caller holds its lock.
        """
        try:
            db = sqlite3.connect(
                f"{path.resolve().as_uri()}?mode=rw",
                uri=True,
                isolation_level=None,
                check_same_thread=False,
                timeout=10,
            )
            spool = cls(path, db)
            spool._check_format()
            db.execute("PRAGMA synchronous=NORMAL")
            db.execute("PRAGMA wal_autocheckpoint=0")  # as ``create``: only when told
        except sqlite3.DatabaseError as error:
            raise SpoolCorruptError(str(path), str(error)) from error
        return spool

    @classmethod
    def read(cls, path: Path) -> Self:
        """Open for reading, live or not; a file that cannot be locked as it lies."""
        uri = path.resolve().as_uri()
        for mode in ("mode=ro", "mode=ro&immutable=1"):
            try:
                db = sqlite3.connect(
                    f"{uri}?{mode}",
                    uri=True,
                    isolation_level=None,
                    check_same_thread=False,
                    timeout=10,
                )
                # Lets SQLite open a file that is shorter than its header says.
                db.execute("PRAGMA writable_schema=ON")
                spool = cls(path, db)
                spool._check_format()
            except sqlite3.OperationalError:
                if mode == "mode=ro":
                    continue  # WAL file in a folder that we may not write
                raise
            except sqlite3.DatabaseError as error:
                raise SpoolCorruptError(str(path), str(error)) from error
            return spool
        raise AssertionError  # the loop returned or raised

    def _check_format(self) -> None:
        (application,) = self._db.execute("PRAGMA application_id").fetchone()
        (version,) = self._db.execute("PRAGMA user_version").fetchone()
        if application != APPLICATION_ID:
            raise SpoolCorruptError(str(self.path), "it is not a SwiftLog spool")
        if version != FORMAT:
            reason = f"its format {version} is newer than this version reads ({FORMAT})"
            raise SpoolCorruptError(str(self.path), reason)

    def close(self) -> None:
        """Close the connection; the file stays as it is."""
        self._db.close()

    def __enter__(self) -> Self:
        """Return self."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close."""
        self.close()

    # -- writing ----------------------------------------------------------------

    def append(
        self, sealed: Sequence[tuple[Frame, Position]], raw: tuple[int, int]
    ) -> None:
        """Commit frames with the positions after them, in one transaction.

        *raw* counts the bytes of standard output and error, as printed and before
        masking, that the log covers with these frames.

        Raises ``sqlite3.Error`` (disk full, file gone): the caller decides.
        """
        rows = [
            (*frame, after.lines, after.size, *after[3:]) for frame, after in sealed
        ]
        db = self._db
        db.execute("BEGIN IMMEDIATE")
        try:
            db.executemany(
                f"INSERT INTO frames({_FRAME}, lines, size, open_stdout, open_stderr,"
                " chain) VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
                rows,
            )
            self._set("raw", f"{raw[0]} {raw[1]}")
            db.execute("COMMIT")
        except BaseException:
            if db.in_transaction:
                db.execute("ROLLBACK")
            raise

    def set_closing(self, closing: SpoolClosing) -> None:
        """Record how the run ended: here, or on a full disk beside it.

        Raises ``OSError`` when neither place takes it.
        """
        receipt = {
            key: value.hex() if isinstance(value, bytes) else value
            for key, value in closing.receipt._asdict().items()
        }
        body = {"exit": closing.exit._asdict(), "receipt": receipt}
        text = json.dumps({**body, "unmarked": closing.unmarked})
        try:
            self._set("closing", text)
        except sqlite3.Error:
            with self.path.with_suffix(LOCK_SUFFIX).open("r+b") as file:
                file.write(text.encode().ljust(LAST_WORDS_BYTES))

    def set_durable(self, seq: int) -> None:
        """Record that a server holds every frame up to *seq*."""
        self._set("durable_seq", seq)

    def set_black_box(self, facts: Mapping[str, str | int]) -> None:
        """Record what later tells of which cause the recorder died."""
        self._set("black_box", json.dumps(facts))

    def set_acknowledged(self, server_id: str, run_url: str) -> None:
        """Record that a server answered with its receipt: the run is delivered."""
        self._set("delivered", json.dumps({"server": server_id, "url": run_url}))

    def checkpoint(self) -> None:
        """Fold the WAL in as far as readers allow; waits for the disk.

        A spool that was created here does so only when told, never within a commit.
        """
        self._db.execute("PRAGMA wal_checkpoint(PASSIVE)")

    def seal(self) -> None:
        """Fold the WAL in and leave one whole file.

        Last words that lie beside it are taken in when there is room again. Raises
        ``sqlite3.OperationalError`` when a reader is at it: then the files stay two.
        """
        closing = self.closing
        if closing is not None and self._get("closing") is None:
            self.set_closing(closing)
        # Not the usual patience: somebody's `logs -f` must not hold up a run's end.
        self._db.execute(f"PRAGMA busy_timeout={SEAL_WAIT_MS}")
        self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self._db.execute("PRAGMA journal_mode=DELETE")

    # -- reading ----------------------------------------------------------------

    @property
    def info(self) -> RunInfo:
        """The run's opening facts."""
        text = self._get("info")
        if not isinstance(text, str):
            raise SpoolCorruptError(str(self.path), "it does not say whose run it is")
        fields = json.loads(text)
        fields["argv"] = tuple(fields["argv"])
        return RunInfo(**fields)

    @property
    def closing(self) -> SpoolClosing | None:
        """How the run ended; None while it lives or when its recorder died."""
        text = self._get("closing") or _last_words(self.path)
        if not isinstance(text, str):
            return None
        body = json.loads(text)
        receipt = body["receipt"]
        for key in ("chain", "sha256_stdout", "sha256_stderr"):
            receipt[key] = bytes.fromhex(receipt[key])
        receipt["acknowledged_by"] = self.delivered.get("server", "")
        out, err = body.get("unmarked", (0, 0))
        return SpoolClosing(ExitStatus(**body["exit"]), Receipt(**receipt), (out, err))

    @property
    def holds_closing(self) -> bool:
        """Whether the end of the run is in this file, not beside it."""
        return self._get("closing") is not None

    @property
    def delivered(self) -> dict[str, str]:
        """``server`` and ``url`` once a server has answered with its receipt."""
        text = self._get("delivered")
        return json.loads(text) if isinstance(text, str) else {}

    @property
    def black_box(self) -> dict[str, str | int]:
        """What the recorder saw of its surroundings when it started."""
        text = self._get("black_box")
        return json.loads(text) if isinstance(text, str) else {}

    @property
    def durable_seq(self) -> int:
        """The last sequence number that a server acknowledged."""
        value = self._get("durable_seq")
        return value if isinstance(value, int) else 0

    @property
    def raw(self) -> tuple[int, int]:
        """Bytes of each stream, as printed, that the frames cover."""
        value = self._get("raw")
        out, err = str(value or "0 0").split()
        return int(out), int(err)

    def position(self) -> Position:
        """Return the position after the last frame."""
        return self.position_at(None)

    def position_at(self, seq: int | None) -> Position:
        """Return the position after frame *seq* (None: the last one)."""
        where = "" if seq is None else "WHERE seq <= ?"
        arguments = () if seq is None else (seq,)
        row = self._db.execute(
            f"SELECT {_POSITION} FROM frames {where} ORDER BY seq DESC LIMIT 1",  # noqa: S608 - constants
            arguments,
        ).fetchone()
        return Position(*row) if row else empty_position(self.info.run_id)

    def frames(self, after_seq: int = 0, limit: int = -1) -> Iterator[Frame]:
        """Yield frames with seq > *after_seq*, at most *limit* (-1: all).

        Raises ``SpoolCorruptError`` at the first damaged page, after the good ones.
        """
        seq = after_seq
        try:
            for row in self._db.execute(
                f"SELECT {_FRAME} FROM frames WHERE seq > ? ORDER BY seq LIMIT ?",  # noqa: S608 - constants
                (after_seq, limit),
            ):
                frame = Frame(*row)
                seq = frame.seq
                yield frame
        except sqlite3.DatabaseError as error:
            raise SpoolCorruptError(
                str(self.path), str(error), good_frames=seq
            ) from error

    def seq_of_line(self, line: int) -> int:
        """Return the number of the frame in which *line* begins (0: none yet)."""
        row = self._db.execute(
            "SELECT seq FROM frames WHERE lines >= ? ORDER BY seq LIMIT 1", (line,)
        ).fetchone()
        return int(row[0]) if row else 0

    def _get(self, key: str) -> object:
        try:
            row = self._db.execute(
                "SELECT value FROM spool WHERE key = ?", (key,)
            ).fetchone()
        except sqlite3.DatabaseError as error:
            raise SpoolCorruptError(str(self.path), str(error)) from error
        return row[0] if row else None

    def _set(self, key: str, value: object) -> None:
        self._db.execute(
            "INSERT INTO spool VALUES(?, ?) "
            "ON CONFLICT(key) DO UPDATE SET value = excluded.value",
            (key, value),
        )
