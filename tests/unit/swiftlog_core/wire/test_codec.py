"""Messages give back the events that they were made from, and refuse the others."""

from __future__ import annotations

from typing import TypeVar

import google.protobuf.message
import pytest
from hypothesis import given
from hypothesis import strategies as st

from swiftlog_core.errors import UsageError
from swiftlog_core.events import ExitStatus, Frame, Position, Receipt, RunInfo
from swiftlog_core.wire import codec
from swiftlog_core.wire.codec import Closing, Opened
from swiftlog_core.wire.v1 import swiftlog_pb2 as pb

RUN_ID = "01890a5d-ac96-774b-bcce-b302099a8057"
u64 = st.integers(0, 2**63 - 1)
u32 = st.integers(0, 2**32 - 1)
digest = st.binary(min_size=32, max_size=32)
name = st.text(min_size=1, max_size=50).filter(
    lambda text: text == text.strip() and text.isprintable()
)
text = st.text(max_size=50)
positions = st.builds(Position, u64, u64, u64, u64, u64, digest)
frames = st.builds(
    Frame, u64, u64, u32, u32, u32, st.binary(max_size=99), digest, u64, u64
)
receipts = st.builds(
    Receipt, st.just(RUN_ID), u64, u64, u64, digest, digest, digest, u64, u64, text
)
exits = st.builds(
    ExitStatus,
    st.sampled_from(["success", "failed", "cancelled", "lost"]),
    st.none() | st.integers(-(2**31), 2**31 - 1),
    st.integers(0, 64),
    st.sampled_from(["", "timeout", "oom"]),
    u64,
)


Message = TypeVar("Message", bound="google.protobuf.message.Message")


def again(message: Message) -> Message:
    """Send a message through its bytes."""
    return type(message).FromString(message.SerializeToString())


@given(frames)
def test_a_frame_survives_the_wire(frame: Frame) -> None:
    assert codec.frame_from_pb(again(codec.frame_to_pb(frame))) == frame


@given(positions, receipts, st.booleans())
def test_the_answer_to_open_survives_the_wire(
    position: Position, receipt: Receipt, closed: bool
) -> None:
    answer = Opened(
        3, position, "0.1", "srv", "http://h", 10, 1 << 20, receipt if closed else None
    )
    assert codec.opened_from_pb(again(codec.opened_to_pb(answer))) == answer


@given(exits, positions, digest, digest)
def test_a_closing_survives_the_wire(
    exit_status: ExitStatus, position: Position, out: bytes, err: bytes
) -> None:
    closing = Closing(RUN_ID, 7, exit_status, position, out, err, 1, 99)
    assert codec.closing_from_pb(again(codec.closing_to_pb(closing))) == closing


@given(name, name, st.lists(text, max_size=4), st.dictionaries(text, text, max_size=4))
def test_a_run_survives_the_wire(
    project: str, group: str, argv: list[str], meta: dict[str, str]
) -> None:
    info = RunInfo(RUN_ID, project, group, tuple(argv), "/src", 17, meta=meta)
    assert codec.open_from_pb(again(codec.open_to_pb(info))) == info


@pytest.mark.parametrize(
    "run_id",
    ["", "x", RUN_ID.upper(), RUN_ID[:-1], "550e8400-e29b-41d4-a716-446655440000"],
)
def test_a_run_id_that_is_no_uuid_of_version_7_is_refused(run_id: str) -> None:
    with pytest.raises(UsageError, match="UUIDv7"):
        codec.check_run_id(run_id)


@pytest.mark.parametrize(
    "change",
    [
        {"project": ""},
        {"project": "x" * 201},
        {"group": "a\nb"},
        {"group": " a"},
        {"protocol": 2},
        {"argv": ["x" * 300_000]},
        {"meta": {"k": "v" * 70_000}},
        {"meta": {str(n): "" for n in range(201)}},
        {"parent_run_id": "x"},
    ],
)
def test_what_cannot_be_stored_is_refused_with_its_name(
    change: dict[str, object],
) -> None:
    fields = {"run_id": RUN_ID, "protocol": 1, "project": "p", "group": "g"}
    with pytest.raises(UsageError):
        codec.open_from_pb(pb.OpenRunRequest(**{**fields, **change}))  # type: ignore[arg-type]  # wrong on purpose


def test_an_unknown_status_is_refused() -> None:
    with pytest.raises(UsageError, match="status"):
        codec.closing_from_pb(pb.CloseRunRequest(run_id=RUN_ID, status="odd"))
