r"""The reading form of a log: what a person would see, line by line.

Takes away what a terminal or a CI system wraps around a line: timestamps in front
(GitHub, GitLab, Azure, Jenkins, Zuul), ANSI and OSC sequences, text that a carriage
return overwrote, group markers. The number of lines never changes, so line *n* of
the reading form is line *n* of the log. Works on whole blocks: a step costs nothing
unless its mark occurs in the block. Patterns begin with a literal newline and not
with a multi-line anchor: the regex engine then jumps from line to line.
"""

from __future__ import annotations

import re
from typing import Final

# CSI, OSC (ended by BEL or ST, never past the line), and two-byte escapes.
_ESCAPES: Final = re.compile(
    rb"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b\n]*(?:\x07|\x1b\\)?"
    rb"|[()][0-9A-Z]|[@-Z\\^_=>])"
)
# A run is entered at its first return only, which keeps the search linear.
_LINE_END_RETURNS: Final = re.compile(rb"\r(?<!\r\r)\r*\n")
# The stamp of the runner in front of each line. `gh run view --log` puts job and
# step before it; GitLab adds the stream and a continuation flag after it. One
# pattern a form: each begins with a literal, and runs only where its sign occurs.
_TIME: Final = (
    rb"20[0-9]{2}-[0-9]{2}-[0-9]{2}[T ][0-9:]{8}[.,]?[0-9]{0,9}Z?\]?"
    rb"(?: [0-9]{2}[OE][+ ]?| \| | )?"
)
_BOM: Final = b"\xef\xbb\xbf"
# A rare byte (found at memory speed), a sign, and the pattern that needs both.
_STAMPS: Final = (
    (b"-", b"\n20", re.compile(rb"\n" + _TIME)),
    (b"[", b"\n[20", re.compile(rb"\n\[" + _TIME)),
    (_BOM[:1], b"\n" + _BOM + b"20", re.compile(rb"\n" + _BOM + _TIME)),
    (b"\t", b"\t20", re.compile(rb"\n[^\t\n]{1,80}\t[^\t\n]{1,80}\t" + _TIME)),
    (
        _BOM[:1],
        b"\t" + _BOM + b"20",
        re.compile(rb"\n[^\t\n]{1,80}\t[^\t\n]{1,80}\t" + _BOM + _TIME),
    ),
)
_MARKERS: Final = (
    (
        b"#",
        b"\n##[",
        re.compile(rb"\n##\[(?:group|endgroup|section|command|debug)\] ?"),
    ),
    (b":", b"\n::", re.compile(rb"\n::(?:group|endgroup):: ?")),
)
# GitLab and Travis print these with a carriage return behind.
_RETURN_MARKERS: Final = (
    (b"_", b"\nsection_", re.compile(rb"\nsection_(?:start|end):[0-9]+:[^\s\r]* ?")),
    (b"_", b"\ntravis_", re.compile(rb"\n(?:travis_(?:fold|time):[^\s]*)+ ?")),
)


def normalise(data: bytes) -> bytes:
    r"""Give the reading form of *data*, which must be whole lines.

    Has exactly as many ``\n`` as *data* and never raises; the time is linear.
    """
    returns = b"\r" in data
    if returns:
        data = _end_lines_plainly(data)
    if b"\x1b" in data:
        data = _ESCAPES.sub(b"", data)
        if returns:
            data = _end_lines_plainly(data)
    data = _without(_STAMPS, b"\n" + data)
    if returns and b"\r" in data:
        data = _last_states(data)
    if returns:
        data = _without(_RETURN_MARKERS, data)
    return _without(_MARKERS, data)[1:]


def _without(
    forms: tuple[tuple[bytes, bytes, re.Pattern[bytes]], ...], data: bytes
) -> bytes:
    """Remove from the starts of lines what *forms* describe."""
    for byte, sign, pattern in forms:
        if byte in data and sign in data:
            data = pattern.sub(b"\n", data)
    return data


def _end_lines_plainly(data: bytes) -> bytes:
    """Make every line end that has carriage returns before it a plain one."""
    if b"\r\n" not in data:
        return data
    data = data.replace(b"\r\n", b"\n")
    return _LINE_END_RETURNS.sub(b"\n", data) if b"\r\n" in data else data


def _last_states(data: bytes) -> bytes:
    """Keep of each line only what follows its last carriage return."""
    kept: list[bytes] = []
    done = 0
    place = data.find(b"\r")
    while place >= 0:
        start = data.rfind(b"\n", done, place) + 1 or done
        end = data.find(b"\n", place)
        if end < 0:
            end = len(data)
        last = end
        while last > place and data[last - 1] == 13:  # noqa: PLR2004 - "\r"
            last -= 1
        kept.append(data[done:start])
        kept.append(data[data.rfind(b"\r", start, last) + 1 or start : last])
        done = end
        place = data.find(b"\r", end)
    kept.append(data[done:])
    return b"".join(kept)
