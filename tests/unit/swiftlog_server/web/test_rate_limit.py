"""A bucket empties by requests, fills by time, and is each principal's own."""

from __future__ import annotations

import pytest

from swiftlog_server.errors import RateLimitedError
from swiftlog_server.web import rate_limit
from swiftlog_server.web.rate_limit import API_TOKEN_RATE, Rate, RateLimiter


class Clock:
    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


def taken(limiter: RateLimiter, key: str = "token:1") -> int:
    """Take until refused; return how many were taken."""
    count = 0
    try:
        while count < 10_000:
            limiter.take(key)
            count += 1
    except RateLimitedError:
        return count
    return count


def test_a_full_bucket_holds_the_burst_and_refills_by_time() -> None:
    clock = Clock()
    limiter = RateLimiter(Rate(per_second=2, burst=5), clock)
    assert taken(limiter) == 5
    clock.seconds += 1.6
    assert taken(limiter) == 3
    clock.seconds += 1000
    assert taken(limiter) == 5


def test_buckets_are_apart() -> None:
    limiter = RateLimiter(Rate(1, 3), Clock())
    assert taken(limiter, "token:1") == 3
    assert taken(limiter, "token:2") == 3


@pytest.mark.parametrize(("gone", "wait"), [(0, 4), (1, 3), (3, 1), (3.9, 1)])
def test_a_refusal_says_after_how_many_seconds_it_would_work(
    gone: float, wait: int
) -> None:
    clock = Clock()
    limiter = RateLimiter(Rate(per_second=0.25, burst=1), clock)
    limiter.take("k")
    clock.seconds += gone
    with pytest.raises(RateLimitedError) as refused:
        limiter.take("k")
    assert refused.value.retry_after == wait
    clock.seconds += wait
    limiter.take("k")


def test_a_refused_request_takes_nothing() -> None:
    clock = Clock()
    limiter = RateLimiter(Rate(1, 1), clock)
    limiter.take("k")
    for _ in range(5):
        with pytest.raises(RateLimitedError):
            limiter.take("k")
    clock.seconds += 1
    limiter.take("k")


def test_without_a_rate_nothing_is_refused() -> None:
    assert taken(RateLimiter(None)) == 10_000


def test_memory_is_bounded_and_the_busy_ones_stay(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rate_limit, "_MAX_BUCKETS", 10)
    limiter = RateLimiter(Rate(0.001, 2), Clock())
    assert taken(limiter, "busy") == 2
    for number in range(50):
        limiter.take(f"other:{number}")
        assert taken(limiter, "busy") == 0


def test_the_rate_of_tokens_is_a_thousand_an_hour() -> None:
    clock = Clock()
    limiter = RateLimiter(API_TOKEN_RATE, clock)
    assert taken(limiter) == 200
    clock.seconds += 36
    assert taken(limiter) == 10
