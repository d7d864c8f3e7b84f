"""A spool keeps a run in one file, and says what is wrong with a damaged one."""

from __future__ import annotations

import os
import signal
import sqlite3
from pathlib import Path

import pytest

from swiftlog_core.errors import SpoolCorruptError, SpoolUnwritableError
from swiftlog_core.events import STDERR, STDOUT, ExitStatus, Receipt, RunInfo
from swiftlog_core.stream.frame import Framer, Sealer
from swiftlog_core.stream.lines import joined
from swiftlog_core.stream.spool import Spool, SpoolClosing, reserve_last_words

RUN_ID = "01890a5d-ac96-774b-bcce-b302099a8057"
INFO = RunInfo(RUN_ID, "acme/shop", "make test", ("make", "test"), "/src", 1, tty=True)
RECEIPT = Receipt(RUN_ID, 4, 2, 1, b"c" * 32, b"o" * 32, b"e" * 32)
CLOSING = SpoolClosing(ExitStatus("failed", 2, 0, "", 17), RECEIPT)


def fill(spool: Spool, lines: int, *, first: int = 0) -> None:
    position = spool.position()
    framer, sealer = Framer(position), Sealer(position.chain)
    for number in range(first, first + lines):
        list(
            framer.add(STDOUT if number % 2 else STDERR, number, b"line %d\n" % number)
        )
        sealed = [sealer.seal(draft) for draft in framer.take(0, final=True)]
        spool.append(sealed, (number, 0))


def test_a_spool_gives_back_the_run_its_frames_and_its_end(tmp_path: Path) -> None:
    with Spool.create(tmp_path / "a.slog", INFO) as spool:
        fill(spool, 5)
        spool.set_closing(CLOSING)
        spool.seal()
    assert [path.name for path in tmp_path.iterdir()] == ["a.slog"]
    with Spool.read(tmp_path / "a.slog") as spool:
        assert spool.info == INFO
        assert spool.closing == CLOSING
        assert [frame.seq for frame in spool.frames(after_seq=2)] == [3, 4, 5]
        lines = [line.data for line in joined(spool.frames())]
        assert lines == [b"line %d\n" % number for number in range(5)]
        assert spool.seq_of_line(4) == 4
        assert spool.raw == (4, 0)


def test_a_reader_sees_frames_of_a_spool_that_is_being_written(tmp_path: Path) -> None:
    with Spool.create(tmp_path / "a.slog", INFO) as writer:
        fill(writer, 1)
        with Spool.read(tmp_path / "a.slog") as reader:
            assert reader.position().seq == 1
            fill(writer, 1, first=1)
            assert reader.position().seq == 2
            assert reader.closing is None


def test_a_writer_killed_at_any_time_leaves_what_it_committed(tmp_path: Path) -> None:
    path = tmp_path / "a.slog"
    child = os.fork()
    if not child:
        fill(Spool.create(path, INFO), 7)
        os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(child, 0)
    with Spool.write(path) as spool:
        assert spool.position().seq == 7
        fill(spool, 3, first=7)
        spool.seal()
    with Spool.read(path) as spool:
        assert spool.position().lines == 10


def test_a_spool_in_a_read_only_folder_is_readable(tmp_path: Path) -> None:
    path = tmp_path / "a.slog"
    with Spool.create(path, INFO) as spool:
        fill(spool, 2)
        spool.seal()
    path.chmod(0o400)
    tmp_path.chmod(0o500)
    with Spool.read(path) as spool:
        assert spool.position().seq == 2


def test_a_file_that_is_no_spool_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.slog"
    path.write_bytes(b"not a database at all" * 100)
    with pytest.raises(SpoolCorruptError, match=r"a\.slog"):
        Spool.read(path)
    sqlite3.connect(tmp_path / "b.slog").execute("CREATE TABLE t(x)").connection.close()
    with pytest.raises(SpoolCorruptError, match="not a SwiftLog spool"):
        Spool.read(tmp_path / "b.slog")


def test_a_truncated_spool_is_readable_up_to_the_damage(tmp_path: Path) -> None:
    path = tmp_path / "a.slog"
    with Spool.create(path, INFO) as spool:
        position = spool.position()
        framer, sealer = Framer(position), Sealer(position.chain)
        for number in range(40):
            noise = os.urandom(30_000).replace(b"\n", b"") + b"\n"
            list(framer.add(STDOUT, number, noise))
            drafts = framer.take(0, final=True)
            spool.append([sealer.seal(draft) for draft in drafts], (0, 0))
        spool.seal()
    os.truncate(path, path.stat().st_size // 2)
    with Spool.read(path) as spool, pytest.raises(SpoolCorruptError) as caught:
        list(spool.frames())
    assert caught.value.good_frames > 10


def test_a_place_that_takes_no_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SpoolUnwritableError, match="SWIFTLOG_DATA_DIR"):
        Spool.create(tmp_path / "no" / "such" / "a.slog", INFO)


def test_the_end_of_a_run_is_kept_beside_a_spool_that_takes_nothing(
    tmp_path: Path,
) -> None:
    path = tmp_path / "a.slog"
    path.with_suffix(".lock").touch()
    reserve_last_words(path)
    with Spool.create(path, INFO) as spool:
        spool._db.execute("PRAGMA query_only=ON")
        spool.set_closing(CLOSING)
        spool._db.execute("PRAGMA query_only=OFF")
        assert spool.closing == CLOSING
        spool.seal()
    path.with_suffix(".lock").unlink()
    with Spool.read(path) as spool:
        assert spool.closing == CLOSING


def test_only_the_file_itself_counts_as_holding_the_end(tmp_path: Path) -> None:
    path = tmp_path / "a.slog"
    path.with_suffix(".lock").touch()
    with Spool.create(path, INFO) as spool:
        spool._db.execute("PRAGMA query_only=ON")
        spool.set_closing(CLOSING)
        spool._db.execute("PRAGMA query_only=OFF")
        assert spool.closing == CLOSING
        assert not spool.holds_closing
        spool.seal()
        assert spool.holds_closing


def test_a_spool_that_is_continued_folds_its_log_in_only_when_told(
    tmp_path: Path,
) -> None:
    Spool.create(tmp_path / "a.slog", INFO).close()
    with Spool.write(tmp_path / "a.slog") as spool:
        assert spool._db.execute("PRAGMA wal_autocheckpoint").fetchone() == (0,)
