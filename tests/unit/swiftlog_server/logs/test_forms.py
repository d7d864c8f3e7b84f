"""A line's text, exact bytes and time, as JSON has them."""

from __future__ import annotations

from base64 import b64decode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from swiftlog_server.logs.forms import RunClock, content_of


@given(st.binary(max_size=40).map(lambda data: data.replace(b"\n", b"")))
def test_content_or_base64_gives_the_bytes_back(data: bytes) -> None:
    for line in (data, data + b"\n"):
        content, exact = content_of(line)
        assert (b64decode(exact) if exact else content.encode()) == data


def test_a_carriage_return_and_escapes_stay() -> None:
    assert content_of(b"a\r\x1b[0m\r\n") == ("a\r\x1b[0m\r", None)


@pytest.mark.parametrize(
    ("started_ns", "t_ns", "text"),
    [
        (0, 0, "1970-01-01T00:00:00.000000000Z"),
        (1_764_000_000_999_999_999, 0, "2025-11-24T16:00:00.999999999Z"),
        (1_764_000_000_999_999_999, 1, "2025-11-24T16:00:01.000000000Z"),
        (1_764_000_000_000_000_000, 60_000_000_005, "2025-11-24T16:01:00.000000005Z"),
    ],
)
def test_time_is_told_to_the_nanosecond(started_ns: int, t_ns: int, text: str) -> None:
    assert RunClock(started_ns).at(t_ns) == text


def test_one_clock_tells_many_times() -> None:
    clock = RunClock(1_764_000_000_000_000_000)
    times = [clock.at(n * 400_000_000) for n in range(6)]
    assert times == sorted(times)
    assert len(set(times)) == 6


def test_a_wild_start_is_no_failure() -> None:
    assert RunClock(2**62).at(2**63).endswith("Z")
