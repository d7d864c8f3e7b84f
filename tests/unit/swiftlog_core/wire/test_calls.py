"""Calls: bytes and back, and bytes of somebody else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from swiftlog_core.events import Frame
from swiftlog_core.wire import calls

if TYPE_CHECKING:
    from collections.abc import Callable

SMALL = st.integers(0, 2**31)
FRAMES = st.builds(
    Frame,
    SMALL,
    SMALL,
    SMALL,
    SMALL,
    SMALL,
    st.binary(max_size=50),
    st.binary(min_size=32, max_size=32),
    SMALL,
    SMALL,
)


@given(SMALL, st.lists(FRAMES, max_size=4))
def test_a_batch_comes_back_as_it_went(epoch: int, frames: list[Frame]) -> None:
    assert calls.batch_from_bytes(calls.batch_bytes(epoch, frames)) == (epoch, frames)


@given(st.builds(calls.ErrorDetail, st.text(), st.text(), SMALL))
def test_an_error_detail_comes_back_as_it_went(detail: calls.ErrorDetail) -> None:
    assert calls.detail_from_bytes(calls.detail_to_bytes(detail)) == detail


@pytest.mark.parametrize(
    "parse",
    [
        calls.batch_from_bytes,
        calls.opened_from_bytes,
        calls.durable_from_bytes,
        calls.closed_from_bytes,
        calls.detail_from_bytes,
    ],
)
def test_bytes_of_somebody_else_are_a_value_error(
    parse: Callable[[bytes], object],
) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse(b"<html>not found</html>")
