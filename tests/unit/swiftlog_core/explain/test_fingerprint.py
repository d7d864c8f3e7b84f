from __future__ import annotations

import pytest

from swiftlog_core.explain.fingerprint import stable


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("/a/b/main.c:12: oops", "/home/ci/x7/main.c:99: oops"),
        ("took 12.5 s", "took 3.25 s"),
        ("object at 0x7f3a is bad", "object at 0x1b2c3d is bad"),
        ("commit 3f2a9c1e failed", "commit 9b8c7d6e5f failed"),
        ("run 0191d2c4-7b5e-7c3a failed", "run 0291d2c4-8b5e-7c3b failed"),
    ],
)
def test_what_differs_between_two_runs_leaves_no_trace(one: str, other: str) -> None:
    assert stable(one) == stable(other)


def test_different_messages_stay_different() -> None:
    assert stable("cannot find symbol") != stable("cannot access class")
