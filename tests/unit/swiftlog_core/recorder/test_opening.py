"""What a recorder writes down about its run before the first byte."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from swiftlog_core.capture.link import StatusWriter
from swiftlog_core.config import resolve
from swiftlog_core.library.run_id import new_run_id
from swiftlog_core.recorder.opening import Opening
from swiftlog_core.recorder.plan import make_plan

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def status() -> Iterator[StatusWriter]:
    read_fd, write_fd = os.pipe()
    yield StatusWriter(write_fd)
    os.close(read_fd)
    os.close(write_fd)


@pytest.mark.parametrize("is_id", [True, False])
def test_only_a_run_id_is_taken_for_the_run_around_ours(
    tmp_path: Path, status: StatusWriter, *, is_id: bool
) -> None:
    around = new_run_id() if is_id else "build-4711"
    environ = {"SWIFTLOG_DATA_DIR": str(tmp_path), "SWIFTLOG_RUN_ID": around}
    plan = make_plan(resolve({}, environ), ["true"])
    plan.run_id = new_run_id()
    opened = Opening(plan, status)
    opened.seal()
    assert opened.info.parent_run_id == (around if is_id else "")
