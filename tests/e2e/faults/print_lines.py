"""Print numbered lines on both streams: `print_lines.py COUNT SECONDS [GATE PORTIONS]`.

Odd lines go to standard output, even ones to standard error. They are spread over
SECONDS. With GATE, they come in PORTIONS, and portion k waits until GATE.k exists;
after the last one, the end waits for GATE.end.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

BLOCK = 400


def expected(count: int, stream: int) -> bytes:
    """Return all that *count* lines put on *stream* (1 or 2)."""
    first = 1 if stream == 1 else 2
    return b"".join(line(number) for number in range(first, count + 1, 2))


def line(number: int) -> bytes:
    """Return one line; its content does not compress to nothing."""
    return b"line %08d %016x\n" % (number, number * 0x9E3779B97F4A7C15 % 2**64)


def emit(first: int, last: int) -> None:
    """Write the lines first..last, each stream in one write."""
    for stream in (1, 2):
        start = first if first % 2 == stream % 2 else first + 1
        data = b"".join(line(number) for number in range(start, last + 1, 2))
        while data:
            data = data[os.write(stream, data) :]


def main(count: int, seconds: float, gate: str = "", portions: int = 1) -> None:
    """Print them."""
    size = -(-count // portions)
    for portion in range(portions):
        wait_for_gate(gate, str(portion))
        began = time.monotonic()
        last = min(count, (portion + 1) * size)
        for first in range(portion * size + 1, last + 1, BLOCK):
            emit(first, min(first + BLOCK - 1, last))
            due = began + seconds / portions * (first - portion * size) / size
            time.sleep(max(0.0, due - time.monotonic()))
    wait_for_gate(gate, "end")


def wait_for_gate(gate: str, name: str) -> None:
    """Wait until the file is there; at once when there is no gate."""
    while gate and not Path(f"{gate}.{name}").exists():
        time.sleep(0.02)


if __name__ == "__main__":
    arguments = sys.argv[1:]
    main(
        int(arguments[0]),
        float(arguments[1]),
        *arguments[2:3],
        *map(int, arguments[3:4]),
    )
