"""Make run ids: UUIDv7, so that their order is the order of starts.

The pump makes one while the command waits to start, hence no ``uuid`` (8 ms) here.
Source: RFC 9562, section 5.7, with all of ``rand_a`` and ``rand_b`` random.
"""

from __future__ import annotations

import os
import time


def new_run_id(now_ns: int | None = None, noise: bytes | None = None) -> str:
    """Return a new id, in lower case with dashes.

    *now_ns* is the wall clock, *noise* ten random bytes; both default to the real.
    """
    milliseconds = (time.time_ns() if now_ns is None else now_ns) // 1_000_000
    bits = int.from_bytes(os.urandom(10) if noise is None else noise, "big")
    value = (milliseconds & 0xFFFF_FFFF_FFFF) << 80 | bits
    value = value & ~(0xF << 76) | 7 << 76  # the version
    value = value & ~(0x3 << 62) | 2 << 62  # the variant
    text = f"{value:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def is_run_id(text: str) -> bool:
    """Tell whether *text* is a UUIDv7 in lower case with dashes."""
    digits = text.replace("-", "")
    return (
        [len(part) for part in text.split("-")] == [8, 4, 4, 4, 12]
        and all(char in "0123456789abcdef" for char in digits)
        and text[14] == "7"
        and text[19] in "89ab"
    )


def started_ns(run_id: str) -> int:
    """Return when *run_id* was made, in ns since the Unix epoch, to the ms."""
    return int(run_id[:8] + run_id[9:13], 16) * 1_000_000
