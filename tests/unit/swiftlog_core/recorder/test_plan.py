"""What a recorder says for its successor arrives whole, or not at all."""

from __future__ import annotations

import pytest

from swiftlog_core.config import ClientConfig
from swiftlog_core.recorder.plan import MASK, NOTE, RecorderPlan, mask_parts


@pytest.fixture
def plan() -> RecorderPlan:
    return RecorderPlan("", ["true"], "/", ClientConfig({}, {}, {}))


@pytest.mark.parametrize("size", [1, 3797, 3798, 3799, 3800, 100_000])
def test_a_value_of_any_size_is_told_in_parts_that_fit_a_status_message(
    plan: RecorderPlan, size: int
) -> None:
    value = (b"\0\xff\n" * size)[:size]
    parts = mask_parts("N", value)
    assert max(map(len, parts)) < 3900
    for part in parts:
        plan.hear(MASK, part)
    assert list(plan.told) == [("N", value)]


def test_half_a_value_of_a_recorder_that_died_spoils_no_other(
    plan: RecorderPlan,
) -> None:
    plan.hear(MASK, mask_parts("HALF", b"x" * 10_000)[0])
    for part in mask_parts("N", b"value"):
        plan.hear(MASK, part)
    plan.hear(NOTE, b"not a mask")
    assert list(plan.told) == [("N", b"value")]
