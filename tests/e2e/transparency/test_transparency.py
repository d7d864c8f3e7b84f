"""A wrapped command is like a bare one, byte by byte and state by state.

``python -m tests.e2e.transparency`` prints the same as a table, with what people
use instead beside it.
"""

from __future__ import annotations

import pytest

from tests.e2e.transparency.cases import all_cases
from tests.e2e.transparency.compare import KINDS, differences, seen_behind
from tests.e2e.transparency.wrappers import BROKEN, CAPTURE, PEERS, SWIFTLOG


@pytest.fixture(autouse=True)
def private_data(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Keep runs out of the developer's own data; the same for bare and wrapped."""
    folder = tmp_path_factory.getbasetemp() / "data"
    monkeypatch.setenv("SWIFTLOG_DATA_DIR", str(folder))


def test_there_are_classes_enough_with_three_programs_each() -> None:
    sizes = {kind: [c.kind for c in all_cases()].count(kind) for kind in KINDS}
    assert len(sizes) >= 16
    assert all(size >= 3 for size in sizes.values()), sizes


@pytest.mark.parametrize("kind", KINDS)
def test_a_command_behind_swiftlog_run_is_like_a_bare_one(kind: str) -> None:
    bare, wrapped = seen_behind(kind, ()), seen_behind(kind, tuple(SWIFTLOG))
    assert not differences(bare, wrapped)


@pytest.mark.parametrize("kind", KINDS)
def test_the_kit_notices_a_wrapper_that_is_broken_in(kind: str) -> None:
    broken = BROKEN[kind]
    behind = seen_behind(kind, tuple(broken), broken=True)
    assert differences(seen_behind(kind, ()), behind)


@pytest.mark.parametrize("kind", ["isatty", "signal", "stderr"])
def test_the_capture_alone_is_transparent_and_tee_is_not(kind: str) -> None:
    bare = seen_behind(kind, ())
    assert not differences(bare, seen_behind(kind, tuple(CAPTURE)))
    assert differences(bare, seen_behind(kind, tuple(PEERS["tee"]), broken=True))
