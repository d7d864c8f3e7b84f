"""The frozen data that every part speaks: segments, frames, runs, findings.

Owns shapes and the few facts that follow from a shape alone. Knows nothing of
files, sockets or databases. The types are ``NamedTuple``s and not dataclasses:
the capture path imports this module while a command already runs, and importing
``dataclasses`` alone costs more than everything else here together.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from swiftlog_core.records import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

STDOUT: Final = 1
STDERR: Final = 2
STREAM_NAMES: Final = {STDOUT: "STDOUT", STDERR: "STDERR"}

RUNNING: Final = "running"
SUCCESS: Final = "success"
FAILED: Final = "failed"
CANCELLED: Final = "cancelled"
LOST: Final = "lost"
STATUSES: Final = (RUNNING, SUCCESS, FAILED, CANCELLED, LOST)

AI_STATUSES: Final = ("none", "pending", "processing", "completed", "failed")


class Gap(NamedTuple):
    """Bytes that were printed but could not be kept.

    It stands in the log before segment number *segment* of its frame (counted
    from 0; equal to the number of segments: after the last one).
    """

    segment: int
    stream: int
    size: int
    cause: str


class Segment(NamedTuple):
    """What one ``read()`` delivered from one stream.

    ``t_ns`` counts from the run's start on the monotonic clock. ``first_line``
    is the number of the line to which the segment's first byte belongs: an
    earlier line of the same stream when ``opens_mid_line``. ``size`` is in bytes
    of masked text, ``line_ends`` counts its newlines.
    """

    stream: int
    t_ns: int
    size: int
    line_ends: int
    first_line: int
    opens_mid_line: bool
    ends_mid_line: bool


class Position(NamedTuple):
    """Where a run's log stands after frame ``seq``: all that continuing it needs.

    ``lines`` counts lines begun over both streams. ``open_stdout`` and
    ``open_stderr`` are the numbers of the lines begun there and not yet ended;
    0 where none is open. ``chain`` is C_seq.
    """

    seq: int
    lines: int
    size: int
    open_stdout: int
    open_stderr: int
    chain: bytes


class Frame(NamedTuple):
    """The unit that is stored, shipped and acknowledged.

    ``payload`` is one zstd frame over ``text + segments`` (see
    ``swiftlog_core.stream.layout``); ``digest`` is D_n, the SHA-256 of what the
    payload decompresses to; ``text_size`` and ``payload_size`` are the sizes in
    bytes before compression of the text and of both. ``first_line`` is the number
    that the next new line gets when the frame starts; ``line_ends`` counts newlines.
    ``t_first_ns``/``t_last_ns`` are the arrival times of its ends.
    """

    seq: int
    first_line: int
    line_ends: int
    text_size: int
    payload_size: int
    payload: bytes
    digest: bytes
    t_first_ns: int
    t_last_ns: int


class RunInfo(NamedTuple):
    """What is known of a run when it starts. Every text is masked already."""

    run_id: str
    project: str
    group: str
    argv: tuple[str, ...]
    cwd: str
    started_ns: int  # wall clock, nanoseconds since the Unix epoch
    host: str = ""
    tty: bool = False
    merged: bool = False
    meta: Mapping[str, str] = {}
    ci: Mapping[str, str] = {}
    client_version: str = ""
    parent_run_id: str = ""


class ExitStatus(NamedTuple):
    """How a run ended.

    ``exit_code`` is what a shell would report (126, 127, 128+n included) and
    ``None`` for a lost run; ``signal`` is the signal that killed the command, 0
    when none; ``cause`` is one word of ``CAUSES`` or empty.
    """

    status: str
    exit_code: int | None
    signal: int = 0
    cause: str = ""
    duration_ns: int = 0


CAUSES: Final = (
    "timeout",
    "idle",
    "cancelled",
    "not_found",
    "not_executable",
    "oom",
    "disk",
    "reboot",
    "recorder_killed",
    "wrapper_killed",
    "unknown",
)


class Receipt(NamedTuple):
    """The proof that a run is whole.

    ``acknowledged_by`` names the server that holds every frame; empty when only
    this machine does. ``gaps`` counts marked gaps and ``gap_bytes`` what they miss.
    """

    run_id: str
    size: int
    lines: int
    frames: int
    chain: bytes
    sha256_stdout: bytes
    sha256_stderr: bytes
    gaps: int = 0
    gap_bytes: int = 0
    acknowledged_by: str = ""


class Finding(NamedTuple):
    """One located problem parsed from output.

    ``severity`` is ``error``, ``warning`` or ``note``. ``line`` and ``column`` are
    positions in ``file``, 0 when unknown; ``first_line`` and ``last_line`` are line
    numbers of the log, both inclusive.
    """

    tool: str
    severity: str
    message: str
    first_line: int
    last_line: int
    file: str = ""
    line: int = 0
    column: int = 0
    rule: str = ""


class ExcerptLine(NamedTuple):
    """One line of an excerpt: its number in the log, reading form, and weight.

    ``cause`` tells a line that carries the cause from the context around it.
    """

    number: int
    text: str
    score: float
    cause: bool


class Excerpt(NamedTuple):
    """The few log lines that carry the cause of a failure, in log order.

    ``ranked`` lists the numbers of all candidate lines, most telling first.
    """

    lines: tuple[ExcerptLine, ...]
    ranked: tuple[int, ...]
