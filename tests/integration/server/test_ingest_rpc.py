"""The gRPC door against a real client, a real loop and a real database file."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from swiftlog_core.errors import (
    CloseMismatchError,
    FrameConflictError,
    FrameInvalidError,
    SequenceGapError,
    ServerRefusedError,
    SwiftLogError,
    TakenOverError,
)
from swiftlog_core.events import STDOUT
from swiftlog_server.accounts.authenticator import digest_of
from swiftlog_server.accounts.models import ApiToken, User
from tests.integration.server.ingest_kit import RunningIngest, Source, running_ingest
from tests.unit.swiftlog_server.recording import Recording, numbered

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from swiftlog_server.accounts.interfaces import Principal


@pytest.fixture
def ingest(tmp_path: Path) -> Iterator[RunningIngest]:
    with running_ingest(tmp_path) as running:
        yield running


def deliver(ingest: RunningIngest, run: Recording) -> None:
    """Send a whole run and close it."""
    recorder = ingest.transport()
    opened = recorder.open(run.info())
    *_, last = recorder.exchange(run.run_id, opened.epoch, Source(run.frames))
    assert last == run.end.seq
    closed = recorder.close_run(run.closing(opened.epoch))
    assert closed.receipt.chain == run.end.chain
    assert closed.receipt.acknowledged_by == opened.server_id
    recorder.shut()


def test_a_run_is_stored_and_closed_with_a_receipt(ingest: RunningIngest) -> None:
    run = numbered(50)
    deliver(ingest, run)
    assert list(ingest.parts.store.frames(run.run_id)) == run.frames


def test_a_run_is_resumed_at_any_frame(ingest: RunningIngest) -> None:
    run = numbered(12)
    for seq in range(12):
        recorder = ingest.transport()
        opened = recorder.open(run.info())
        assert opened.position == run.positions[seq]
        assert opened.epoch == seq + 1
        part = Source(run.frames[seq : seq + 1])
        assert list(recorder.exchange(run.run_id, opened.epoch, part)) == [seq + 1]
        recorder.shut()
    recorder = ingest.transport()
    opened = recorder.open(run.info())
    assert recorder.close_run(run.closing(opened.epoch)).receipt.frames == 12
    recorder.shut()
    assert list(ingest.parts.store.frames(run.run_id)) == run.frames


def test_repeated_frames_are_acknowledged_and_stored_once(
    ingest: RunningIngest,
) -> None:
    run = numbered(9)
    recorder = ingest.transport()
    epoch = recorder.open(run.info()).epoch
    sent = Source([*run.frames[:6], *run.frames[2:9]])
    assert list(recorder.exchange(run.run_id, epoch, sent))[-1] == 9
    again = Source(run.frames)
    assert list(recorder.exchange(run.run_id, epoch, again))[-1] == 9
    recorder.close_run(run.closing(epoch))
    recorder.shut()
    assert list(ingest.parts.store.frames(run.run_id)) == run.frames


def test_another_frame_of_the_same_number_overwrites_nothing(
    ingest: RunningIngest,
) -> None:
    run = numbered(4)
    other = Recording([(STDOUT, b"not the same\n")] * 4, run_id=run.run_id)
    recorder = ingest.transport()
    epoch = recorder.open(run.info()).epoch
    list(recorder.exchange(run.run_id, epoch, Source(run.frames)))
    with pytest.raises(FrameConflictError) as raised:
        list(recorder.exchange(run.run_id, epoch, Source(other.frames[1:2])))
    assert raised.value.durable_seq == 4
    assert list(ingest.parts.store.frames(run.run_id)) == run.frames
    recorder.close_run(run.closing(epoch))
    recorder.shut()
    view = ingest.parts.runs.get(principal(ingest), run.run_id)
    assert view.run.conflicted
    assert view.run.status == "success"


def test_a_skipped_frame_is_out_of_range_and_tells_what_is_durable(
    ingest: RunningIngest,
) -> None:
    run = numbered(6)
    recorder = ingest.transport()
    epoch = recorder.open(run.info()).epoch
    list(recorder.exchange(run.run_id, epoch, Source(run.frames[:2])))
    with pytest.raises(SequenceGapError) as raised:
        list(recorder.exchange(run.run_id, epoch, Source(run.frames[4:])))
    assert raised.value.durable_seq == 2
    recorder.shut()


def test_a_newer_recorder_takes_the_run_over(ingest: RunningIngest) -> None:
    run = numbered(6)
    old, new = ingest.transport(), ingest.transport()
    old_epoch = old.open(run.info()).epoch
    source = Source(run.frames[:2], open_end=True)
    acks = old.exchange(run.run_id, old_epoch, source)
    while next(acks) < 2:
        pass
    opened = new.open(run.info())
    assert opened.epoch == old_epoch + 1
    assert opened.position == run.positions[2]
    source.put(run.frames[2])
    with pytest.raises(TakenOverError):
        list(acks)
    with pytest.raises(TakenOverError):
        list(old.exchange(run.run_id, old_epoch, Source(run.frames[2:3])))
    with pytest.raises(TakenOverError):
        old.close_run(run.closing(old_epoch))
    list(new.exchange(run.run_id, opened.epoch, Source(run.frames[2:])))
    new.close_run(run.closing(opened.epoch))
    old.shut()
    new.shut()


def test_a_silent_recorder_hears_of_the_takeover_too(ingest: RunningIngest) -> None:
    run = numbered(2)
    old, new = ingest.transport(), ingest.transport()
    epoch = old.open(run.info()).epoch
    source = Source(run.frames[:1], open_end=True)
    acks = old.exchange(run.run_id, epoch, source)
    next(acks)
    new.open(run.info())
    source.put()  # a heartbeat
    ended = threading.Event()

    def listen() -> None:
        with pytest.raises(TakenOverError):
            list(acks)
        ended.set()

    listener = threading.Thread(target=listen)
    listener.start()
    while not ended.wait(0.01):
        ingest.call(ingest.watch.make_round())
    listener.join()
    old.shut()
    new.shut()


def test_closing_is_idempotent_and_a_closed_run_stays_as_it_is(
    ingest: RunningIngest,
) -> None:
    run = numbered(5)
    deliver(ingest, run)
    recorder = ingest.transport()
    opened = recorder.open(run.info())
    assert opened.receipt is not None
    assert opened.position == run.end
    again = recorder.close_run(run.closing(opened.epoch))
    assert again.receipt == opened.receipt
    longer = numbered(6, run_id=run.run_id)
    with pytest.raises(CloseMismatchError):
        recorder.close_run(longer.closing(opened.epoch))
    with pytest.raises(SwiftLogError):
        list(recorder.exchange(run.run_id, opened.epoch, Source(longer.frames[5:])))
    assert list(ingest.parts.store.frames(run.run_id)) == run.frames
    recorder.shut()


def test_a_run_that_is_not_whole_is_not_closed(ingest: RunningIngest) -> None:
    run = numbered(5)
    recorder = ingest.transport()
    epoch = recorder.open(run.info()).epoch
    list(recorder.exchange(run.run_id, epoch, Source(run.frames[:3])))
    with pytest.raises(SequenceGapError) as missing:
        recorder.close_run(run.closing(epoch))
    assert missing.value.durable_seq == 3
    shorter = numbered(2, run_id=run.run_id)
    with pytest.raises(CloseMismatchError):
        recorder.close_run(shorter.closing(epoch))
    lying = run.closing(epoch)
    list(recorder.exchange(run.run_id, epoch, Source(run.frames[3:])))
    for wrong in (
        lying._replace(gaps=1),
        lying._replace(position=run.end._replace(lines=99)),
        lying._replace(position=run.end._replace(chain=b"\0" * 32)),
    ):
        with pytest.raises(CloseMismatchError):
            recorder.close_run(wrong)
    recorder.close_run(lying)
    recorder.shut()


def test_frames_that_lie_are_refused_and_the_good_ones_before_stay(
    ingest: RunningIngest,
) -> None:
    run = numbered(3)
    good, bad = run.frames[:1], run.frames[1]
    lies = (
        bad._replace(digest=b"\0" * 32),
        bad._replace(line_ends=7),
        bad._replace(first_line=3),
        bad._replace(payload_size=bad.payload_size - 1),
        bad._replace(payload_size=2**31),
        bad._replace(text_size=2**31),
        bad._replace(text_size=bad.text_size - 1),
        bad._replace(payload=b"no zstd at all"),
        bad._replace(t_first_ns=2**63),
    )
    recorder = ingest.transport()
    epoch = recorder.open(run.info()).epoch
    list(recorder.exchange(run.run_id, epoch, Source(good)))
    for lie in lies:
        with pytest.raises((FrameInvalidError, ServerRefusedError)):
            list(recorder.exchange(run.run_id, epoch, Source([lie])))
    list(recorder.exchange(run.run_id, epoch, Source(run.frames[1:])))
    recorder.close_run(run.closing(epoch))
    recorder.shut()


def test_a_foreign_principal_neither_continues_nor_closes_a_run(
    ingest: RunningIngest,
) -> None:
    run = numbered(2)
    owner = ingest.transport()
    epoch = owner.open(run.info()).epoch
    stranger = ingest.transport(foreign_token(ingest))
    for attempt in (
        lambda: stranger.open(run.info()),
        lambda: list(stranger.exchange(run.run_id, epoch, Source(run.frames))),
        lambda: stranger.close_run(run.closing(epoch)),
        lambda: list(stranger.fetch(run.run_id, 0)),
    ):
        with pytest.raises(ServerRefusedError):
            attempt()
    owner.shut()
    stranger.shut()


def test_without_a_good_token_nothing_is_taken(ingest: RunningIngest) -> None:
    run = numbered(1)
    for token in ("swl_wrong", "nonsense"):
        recorder = ingest.transport(token)
        with pytest.raises(ServerRefusedError) as raised:
            recorder.open(run.info())
        assert raised.value.server_code == "unauthenticated"
        recorder.shut()


def test_a_recorder_that_lost_its_frames_gets_them_back(
    ingest: RunningIngest,
) -> None:
    run = numbered(40)
    recorder = ingest.transport()
    epoch = recorder.open(run.info()).epoch
    list(recorder.exchange(run.run_id, epoch, Source(run.frames)))
    assert list(recorder.fetch(run.run_id, 3)) == run.frames[3:]
    assert list(recorder.fetch(run.run_id, 40)) == []
    recorder.shut()


def test_an_older_copy_of_the_data_is_filled_up_again(tmp_path: Path) -> None:
    run = numbered(20)
    folder, copy = tmp_path / "data", tmp_path / "copy.db"
    with running_ingest(folder) as ingest:
        token = ingest.token
        recorder = ingest.transport()
        epoch = recorder.open(run.info()).epoch
        list(recorder.exchange(run.run_id, epoch, Source(run.frames[:8])))
        ingest.parts.database.engine.raw_connection().cursor().execute(
            "VACUUM INTO ?", (str(copy),)
        )
        list(recorder.exchange(run.run_id, epoch, Source(run.frames[8:])))
        recorder.shut()
    for left in (folder / "server").glob("swiftlog.db*"):
        left.unlink()
    copy.rename(folder / "server" / "swiftlog.db")
    with running_ingest(folder) as ingest:
        recorder = ingest.transport(token)
        opened = recorder.open(run.info())
        assert opened.position == run.positions[8]
        list(recorder.exchange(run.run_id, opened.epoch, Source(run.frames[8:])))
        recorder.close_run(run.closing(opened.epoch))
        recorder.shut()
        assert list(ingest.parts.store.frames(run.run_id)) == run.frames


def test_many_streams_share_a_commit(ingest: RunningIngest) -> None:
    runs = [numbered(10) for _ in range(20)]
    recorders = [ingest.transport() for _ in runs]
    epochs = [
        recorder.open(run.info()) for recorder, run in zip(recorders, runs, strict=True)
    ]
    ingest.commits.clear()

    def ship(number: int) -> None:
        run, epoch = runs[number], epochs[number].epoch
        list(recorders[number].exchange(run.run_id, epoch, Source(run.frames)))

    threads = [threading.Thread(target=ship, args=(n,)) for n in range(len(runs))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(ingest.commits) == 200
    assert len(ingest.commits) < 100
    for run, recorder in zip(runs, recorders, strict=True):
        assert list(ingest.parts.store.frames(run.run_id)) == run.frames
        recorder.shut()


def test_stopping_acknowledges_what_was_sent_and_says_to_come_back(
    tmp_path: Path,
) -> None:
    run = numbered(30)
    with running_ingest(tmp_path) as ingest:
        recorder = ingest.transport()
        epoch = recorder.open(run.info()).epoch
        source = Source(run.frames, open_end=True)
        acks = recorder.exchange(run.run_id, epoch, source)
        told = [next(acks)]
        ingest.stop()
        with pytest.raises(SwiftLogError):
            told.extend(acks)
        recorder.shut()
    with running_ingest(tmp_path) as ingest:
        stored = list(ingest.parts.store.frames(run.run_id))
        assert stored == run.frames[: len(stored)]
        assert told[-1] == len(stored)


def principal(ingest: RunningIngest) -> Principal:
    return ingest.parts.authenticator.authenticate(ingest.token)


def foreign_token(ingest: RunningIngest) -> str:
    """Return the token of another user who may do everything."""
    token = "swl_of_somebody_else"
    with ingest.parts.database.writing() as session:
        user = User(login="eve", is_admin=True, created_at=datetime.now(UTC))
        session.add(user)
        session.flush()
        session.add(
            ApiToken(
                user_id=user.id or 0,
                name="t",
                hint="swl_of",
                token_sha256=digest_of(token),
                scope="admin",
                created_at=datetime.now(UTC),
            )
        )
    return token
