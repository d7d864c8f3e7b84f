"""Run ids: canonical UUIDv7 whose order is the order of starts."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest

from swiftlog_core.errors import UsageError
from swiftlog_core.library.run_id import is_run_id, new_run_id, started_ns
from swiftlog_core.wire.codec import check_run_id


def test_a_new_id_is_what_the_wire_takes() -> None:
    for noise in (bytes(10), b"\xff" * 10, None):
        run_id = new_run_id(noise=noise)
        assert check_run_id(run_id) == run_id
        assert UUID(run_id).variant == "specified in RFC 4122"


def test_ids_order_by_the_time_of_their_making() -> None:
    ids = [new_run_id(ms * 1_000_000) for ms in (1, 2, 1_764_000_000_000)]
    assert ids == sorted(ids)


def test_an_id_tells_when_it_was_made() -> None:
    assert (
        started_ns(new_run_id(1_764_000_000_123_456_789)) == 1_764_000_000_123_000_000
    )


def test_what_is_an_id_here_is_one_on_the_wire_and_nothing_else() -> None:
    run_id = new_run_id(0, b"\xaa" * 10)
    assert is_run_id(run_id)
    wrong = [
        *("", "x", "-", run_id.upper(), run_id.replace("-", ""), f"{run_id}0"),
        *(f"{run_id}\n", f"{{{run_id}}}", f"urn:uuid:{run_id}", str(uuid4())),
        run_id[:19] + "c" + run_id[20:],  # another variant
        run_id[:-1] + "g",
        run_id[:-1] + "\u0661",  # a digit, but not ours
        run_id[:7] + "-" + run_id[7] + run_id[9:],
    ]
    for text in wrong:
        assert not is_run_id(text), text
        with pytest.raises(UsageError):
            check_run_id(text)


def test_ids_of_one_millisecond_differ() -> None:
    assert len({new_run_id(0) for _ in range(1000)}) == 1000
