"""The one place that says which errors are worth another try, and when.

Knows no clock: whoever waits does so by the delay returned here, and randomness is
passed in.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Final

from swiftlog_core.errors import (
    CloseMismatchError,
    FrameConflictError,
    IngestError,
    ServerUnreachableError,
    TakenOverError,
)

if TYPE_CHECKING:
    from collections.abc import Callable

FIRST_SECONDS: Final = 0.1
LONGEST_SECONDS: Final = 15.0
_FINAL: Final = (
    FrameConflictError,  # two logs under one id: sending again cannot reconcile them
    TakenOverError,  # a newer client has the run: two that retry would fight for ever
    CloseMismatchError,  # what the server holds is not this log
)


def worth_another_try(error: BaseException) -> bool:
    """Tell whether the same call may succeed later without anybody's help.

    A refusal (bad token, no right, no such project) is not worth it: the spool
    keeps the run until somebody has mended the cause and calls ``swiftlog sync``.
    """
    if isinstance(error, _FINAL):
        return False
    return isinstance(error, ServerUnreachableError | IngestError)


class Backoff:
    """Delays between tries: full jitter below a bound that doubles.

    Full jitter (any time between nothing and the bound) spreads a thousand clients
    of a restarted server best.
    """

    def __init__(
        self,
        draw: Callable[[], float] = random.random,
        *,
        first_seconds: float = FIRST_SECONDS,
        longest_seconds: float = LONGEST_SECONDS,
    ) -> None:
        """Take a source of numbers in [0, 1)."""
        self._draw = draw
        self._first = first_seconds
        self._longest = longest_seconds

    def delay(self, failures: int) -> float:
        """Return the seconds to wait after *failures* failed tries in a row."""
        if failures <= 0:
            return 0.0
        # The exponent is bounded: 2.0 ** 1100 overflows after a night of failures.
        bound = min(self._longest, self._first * 2.0 ** min(failures - 1, 16))
        return self._draw() * bound
