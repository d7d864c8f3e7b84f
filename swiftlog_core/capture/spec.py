"""What a capture is asked to do and what it answers. Plain data, no behaviour.

The classes are written by hand: on the way to the command's start, importing
``typing`` (for ``NamedTuple``) costs more than this whole package.
"""

from __future__ import annotations

TYPE_CHECKING = False  # type checkers take it for typing's, which is not imported
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from swiftlog_core.capture.outbox import Outbox

GRACE_SECONDS = 10.0


class RecorderHandle:
    """A running recorder, seen from the pump.

    ``write_fd`` takes the messages of ``swiftlog_core.capture.link``;
    ``status_fd`` brings the recorder's (acknowledgements and what else it says),
    -1 when it says nothing. The outbox closes both.
    """

    __slots__ = ("pid", "status_fd", "write_fd")

    def __init__(self, pid: int, write_fd: int, status_fd: int = -1) -> None:
        self.pid = pid
        self.write_fd = write_fd
        self.status_fd = status_fd


class CaptureSpec:
    """One command to run and how.

    ``argv`` and the values of ``environ`` are passed on as they are; ``environ``
    is the whole environment of the command. ``pty`` is ``auto``, ``always`` or
    ``never``. Times are in seconds, ``None`` or 0 meaning never.

    ``start_recorder`` is called once the command runs, with the descriptors that
    the new process must close, and again if the first recorder dies. It returns
    the handle of a recorder that it has forked (see
    ``swiftlog_core.capture.recorder.fork_recorder``). ``start_ns`` is the instant
    on the monotonic clock from which arrival times count; now, if not given.
    ``on_urgent`` is called with each message of a recorder whose kind is ``URGENT``
    (see ``link``) or higher, always before the next recorder is started.
    """

    __slots__ = (
        "argv",
        "environ",
        "grace_seconds",
        "heartbeat_seconds",
        "idle_seconds",
        "merge",
        "on_urgent",
        "pty",
        "start_ns",
        "start_recorder",
        "timeout_seconds",
    )

    def __init__(  # noqa: PLR0913 - a plain record: one argument a field
        self,
        argv: Sequence[str | bytes],
        environ: Mapping[str, str] | Mapping[bytes, bytes],
        *,
        pty: str = "auto",
        merge: bool = False,
        timeout_seconds: float | None = None,
        idle_seconds: float | None = None,
        grace_seconds: float = GRACE_SECONDS,
        heartbeat_seconds: float | None = None,
        start_recorder: Callable[[Sequence[int]], RecorderHandle] | None = None,
        start_ns: int | None = None,
        on_urgent: Callable[[int, bytes], None] | None = None,
    ) -> None:
        self.argv = list(argv)
        self.environ = environ
        self.pty = pty
        self.merge = merge
        self.timeout_seconds = timeout_seconds
        self.idle_seconds = idle_seconds
        self.grace_seconds = grace_seconds
        self.heartbeat_seconds = heartbeat_seconds
        self.start_recorder = start_recorder
        self.start_ns = start_ns
        self.on_urgent = on_urgent


class Holder:
    """A process that keeps the command's output open after its end."""

    __slots__ = ("command", "pid")

    def __init__(self, pid: int, command: str) -> None:
        self.pid = pid
        self.command = command


class CaptureResult:
    """How the command ended and what happened on the way.

    ``status``, ``exit_code``, ``signal`` and ``cause`` are the words of
    ``swiftlog_core.events.ExitStatus``. ``tty`` tells whether its output was a
    pseudo terminal. ``holders`` still have the output open. ``bytes_passed`` are
    the bytes read from (standard output, standard error). ``undelivered`` of them
    could not be written to our own output and ``unrecorded`` reached no recorder
    although there should have been one. ``recorder_failures`` says in words
    what went wrong with recorders; ``recorder`` is the one that lives, not yet
    waited for, or ``None``. ``outbox`` lets the caller stay until that has said its
    last word (``linger``), and must be told to ``finish``; it is ``None`` where
    there was no pump, and there ``recorder`` is listened to.
    """

    __slots__ = (
        "bytes_passed",
        "cause",
        "duration_ns",
        "exit_code",
        "holders",
        "outbox",
        "recorder",
        "recorder_failures",
        "signal",
        "status",
        "tty",
        "undelivered",
        "unrecorded",
    )

    def __init__(
        self,
        status: str,
        exit_code: int,
        *,
        signal: int = 0,
        cause: str = "",
        duration_ns: int = 0,
        tty: bool = False,
    ) -> None:
        self.status = status
        self.exit_code = exit_code
        self.signal = signal
        self.cause = cause
        self.duration_ns = duration_ns
        self.tty = tty
        self.holders: list[Holder] = []
        self.bytes_passed = (0, 0)
        self.undelivered = 0
        self.unrecorded = 0
        self.recorder: RecorderHandle | None = None
        self.outbox: Outbox | None = None
        self.recorder_failures: list[str] = []
