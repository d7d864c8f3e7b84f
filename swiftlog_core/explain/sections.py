"""The outline of a CI log: commands, where each ends, and which of them failed.

The failing command is the anchor of a diagnosis, not the end of the file. Finds the
lines that say "this command failed" (anchors), the lines that start a command's
output, and the lines that only echo a script.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from swiftlog_core.explain.reading import Reading

HARD: Final = 2  # said by the CI system about a whole command
SOFT: Final = 1  # said by a build tool about one of its parts

_HARD: Final = re.compile(
    r'The command ".*(?:exited with [1-9]|failed\. Retrying|failed [1-9] times)'
    r"|The command .* exited with [1-9]|\" exited with [1-9][0-9]*\.$"
    r"|##\[error\](?!.*(?:warning|deprecat))"
    r"|ERROR: Job failed|Finished: FAILURE|Build step .* marked build as failure"
    r"|Command exited with code [1-9]|Error: Process completed with exit code"
    r"|Exited with code (?:exit status )?[1-9]|Job complete, result: FAILURE"
    r"|🚨 Error:|Process exited with code [1-9]|.*Task exit code: [1-9]"
)
_SOFT: Final = re.compile(
    r"\S*make(?:\.exe)?(?:\[\d+\])?: \*\*\* |npm (?:ERR!|error) (?:code|Test failed)"
    r"|error Command failed with|(?:.*\s)?exit(?:ed)?(?: with)?(?: code| status)?:?"
    r" [1-9]"
    r"|\[(?:INFO|ERROR)\] BUILD FAILURE|FAILURE: Build failed|ERROR: InvocationError"
    r"|FAILED \((?:failures|errors)|=+ .*\d+ failed.* in |error: could not compile"
    r"|ninja: build stopped|FAIL\t|.*returned a non-zero code|.*returned exit code"
    r" [1-9]"
    r"|Done\. Your build exited with [1-9]|Build FAILED|Error: .* failed with exit code"
)
_SOFT_HINT: Final = re.compile(
    r"\*\*\*|ERR!|npm error|ommand failed|exit|BUILD FAIL|FAIL|failed|Build FAILED"
    r"|non-zero|stopped|could not compile|ERROR: I"
)


class Anchor(NamedTuple):
    """A line that says that something failed, and where its command began.

    ``start`` is the first line of the command's own output.
    """

    line: int
    strength: int
    start: int


class Outline:
    """Anchors in order, and the hard ones alone, of which there is at least one.

    ``certain`` is false when no line named a failure and the log's end stands in.
    """

    def __init__(self, anchors: Sequence[Anchor], *, certain: bool) -> None:
        """Index *anchors*, which ascend."""
        self.anchors = tuple(anchors)
        self.hard = tuple(a for a in anchors if a.strength == HARD)
        self.certain = certain
        self._lines = [anchor.line for anchor in self.anchors]
        self._hard_lines = [anchor.line for anchor in self.hard]

    def next_hard(self, line: int) -> Anchor | None:
        """Give the first hard anchor at or after *line*."""
        at = bisect_left(self._hard_lines, line)
        return self.hard[at] if at < len(self.hard) else None

    def last_before(self, line: int) -> Anchor | None:
        """Give the last anchor of any strength before *line*."""
        at = bisect_left(self._lines, line)
        return self.anchors[at - 1] if at else None


def outline(reading: Reading) -> Outline:
    """Read the outline of *reading*; without an anchor the log's end is one."""
    anchors: list[Anchor] = []
    starts = reading.starts
    for number, text in reading.items():
        strength = _strength(text)
        if strength:
            at = bisect_left(starts, number) - 1
            anchors.append(Anchor(number, strength, starts[at] if at >= 0 else 1))
    if any(anchor.strength == HARD for anchor in anchors):
        return Outline(anchors, certain=True)
    end = reading.last_line + 1
    anchors.append(Anchor(end, HARD, _start_of_last(starts, reading)))
    return Outline(anchors, certain=False)


def _strength(text: str) -> int:
    """Tell how strongly a line says that a command failed; 0 when it does not."""
    text = text[:400]
    if _HARD.match(text):
        return HARD
    if _SOFT_HINT.search(text) and _SOFT.match(text):
        return SOFT
    return 0


def _start_of_last(starts: Sequence[int], reading: Reading) -> int:
    """Give the first line of the last command of a log that names no failure."""
    return starts[-1] if starts else reading.first_line
