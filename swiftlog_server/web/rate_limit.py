"""How many requests a principal may make: a token bucket each, in memory.

Owns the arithmetic. One process counts for itself; several share nothing.
"""

from __future__ import annotations

import math
from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING, Final, NamedTuple

from swiftlog_server.errors import RateLimitedError

if TYPE_CHECKING:
    from collections.abc import Callable

_MAX_BUCKETS: Final = 10_000


class Rate(NamedTuple):
    """What refills per second, and how much a full bucket holds."""

    per_second: float
    burst: int


API_TOKEN_RATE: Final = Rate(1000 / 3600, 200)
SESSION_RATE: Final = Rate(20, 200)


class RateLimiter:
    """Takes one from a principal's bucket for each request. Thread-safe."""

    def __init__(
        self, rate: Rate | None, clock: Callable[[], float] = monotonic
    ) -> None:
        """Start with every bucket full; no *rate*: no limit; *clock* gives seconds."""
        self._rate = rate
        self._clock = clock
        self._lock = Lock()
        self._buckets: dict[str, tuple[float, float]] = {}  # key: (level, when)

    def take(self, key: str) -> None:
        """Take one; raise ``RateLimitedError`` when the bucket is empty."""
        rate = self._rate
        if rate is None:
            return
        now = self._clock()
        with self._lock:
            level, when = self._buckets.pop(key, (float(rate.burst), now))
            level = min(rate.burst, level + (now - when) * rate.per_second)
            spent = level >= 1
            # Put back last: the first key is then the one unused for longest.
            self._buckets[key] = (level - 1 if spent else level, now)
            if len(self._buckets) > _MAX_BUCKETS:
                del self._buckets[next(iter(self._buckets))]
        if not spent:
            raise RateLimitedError(math.ceil((1 - level) / rate.per_second))
