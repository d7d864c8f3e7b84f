"""One wrapped command, from the user's words to the exit code.

The only orchestrator: puts capture and recorder together, and speaks on stderr: one
line at the start, and at the end the cause of a failure and one line more. It is
on the start-up path of every ``swiftlog run``; what is heavy is imported in the
recorder's process, while the command already works.
"""

from __future__ import annotations

import os
import time

from swiftlog_core.capture.inbox import ENDINGS
from swiftlog_core.capture.link import FAILURE, StatusReader
from swiftlog_core.capture.pump import capture
from swiftlog_core.capture.recorder import fork_recorder
from swiftlog_core.capture.spec import CaptureResult, CaptureSpec
from swiftlog_core.library.run_id import new_run_id
from swiftlog_core.recorder.plan import CARD, DONE, NOTE, make_plan
from swiftlog_core.recorder.standby import tell

TYPE_CHECKING = False  # type checkers take it for typing's, which is not imported
if TYPE_CHECKING:
    import signal
    from collections.abc import Mapping, Sequence

    from swiftlog_core.capture.link import LinkReader, StatusWriter
    from swiftlog_core.capture.spec import RecorderHandle
    from swiftlog_core.config import ClientConfig
    from swiftlog_core.recorder.plan import RecorderPlan
else:
    import _signal as signal  # the public module builds enums: 5 ms at each start

EXIT_UNDELIVERED = 75
EXIT_NO_SERVER = 69
PATIENCE_SECONDS = 60.0  # for a recorder that seals and explains, flushing aside


def run_command(
    config: ClientConfig,
    argv: Sequence[str],
    standby: RecorderHandle | None = None,
) -> int:
    """Run *argv* wrapped; return its exit code as a shell gives it.

    *standby* is a recorder that was forked before; else one is when needed.

    With ``require_server`` the command is not started, and ``EXIT_NO_SERVER``
    returned, when the server does not answer. With ``strict_upload`` a success whose
    log was not delivered whole gives ``EXIT_UNDELIVERED``.
    """
    session = Session(config, argv, standby=standby)
    return session.run()


def pipe(config: ClientConfig, title: Sequence[str] = ("swiftlog", "pipe")) -> int:
    """Record standard input as a run named *title* and pass it on to our output.

    The command is ``cat``: what stops a pipeline stops it too, and standard input
    is read no faster than our output is taken. Returns its exit code.
    """
    session = Session(config, title, ("cat",))
    return session.run()


class Session:
    """One run: its plan, its recorder, and what is said about it."""

    def __init__(
        self,
        config: ClientConfig,
        argv: Sequence[str],
        command: Sequence[str] = (),
        *,
        standby: RecorderHandle | None = None,
    ) -> None:
        """Make the plan; nothing is started yet.

        *argv* is recorded, and run too unless a *command* stands for it.
        """
        self._config = config
        self._command = command or argv
        self._quiet = config.on("quiet")
        self._standby = standby
        self.plan = make_plan(config, argv)
        self.plan.run_id = new_run_id()
        self.plan.tty = _wants_tty(config)
        self.plan.mask_socket = _mask_socket(config, self.plan.run_id)

    def run(self) -> int:
        """Capture the command and hear the recorder's last words."""
        config, plan = self._config, self.plan
        if config.on("require_server") and not self._server_answers():
            return EXIT_NO_SERVER
        self._say(f"run {plan.run_id}")
        _look_at_terminal(plan)
        plan.started_ns = time.time_ns()
        plan.start_ns = time.monotonic_ns()
        result = capture(
            CaptureSpec(
                self._command,
                self._environ(),
                pty=config.text("pty"),
                merge=config.on("merge"),
                timeout_seconds=config.seconds("timeout"),
                idle_seconds=config.seconds("idle_timeout"),
                grace_seconds=config.seconds("grace") or 0.0,
                heartbeat_seconds=config.seconds("heartbeat"),
                start_recorder=self._start_recorder,
                start_ns=plan.start_ns,
                on_urgent=plan.hear,
            )
        )
        return self._conclude(result)

    def _environ(self) -> Mapping[str, str]:
        added = {"SWIFTLOG_RUN_ID": self.plan.run_id}
        if self.plan.mask_socket:
            added["SWIFTLOG_MASK_SOCKET"] = self.plan.mask_socket
        return {**self._config.environ, **added}

    def _start_recorder(self, close_fds: Sequence[int]) -> RecorderHandle:
        standby, self._standby = self._standby, None
        if standby is None or not tell(standby, self.plan):
            standby = fork_recorder(self._serve, close_fds)
        self.plan.attempt += 1
        return standby

    def _serve(self, reader: LinkReader, status: StatusWriter) -> int:
        from swiftlog_core.recorder.serve import serve

        return serve(reader, status, self.plan)

    def _server_answers(self) -> bool:
        """Try the server in a process of its own: grpc must not be forked over."""
        from swiftlog_core.transport.probe import probe_in_child

        reason = probe_in_child(self._config)
        if reason:
            self._say(f"the command was not started: {reason}", always=True)
        return not reason

    def _conclude(self, result: CaptureResult) -> int:
        flush = self._config.seconds("flush_timeout") or 0.0
        words = _last_words(result, PATIENCE_SECONDS + flush)
        if self._quiet:
            return self._exit_code(result, words)
        for note in dict.fromkeys(words.notes):
            self._say(note)
        failures = dict.fromkeys(result.recorder_failures)
        for failure in failures:
            if failure != "died" or len(failures) == 1:
                self._say(f"recording failed: {failure}")
        if result.unrecorded:
            self._say(f"{result.unrecorded} bytes reached no recorder")
        for holder in result.holders:
            self._say(
                f"process {holder.pid} ({holder.command}) still holds the output; "
                "what it prints from now on is not recorded"
            )
        if words.card:
            write_stderr(words.card)
        self._say(_ending(result, words, self.plan.run_id))
        return self._exit_code(result, words)

    def _exit_code(self, result: CaptureResult, words: LastWords) -> int:
        strict = self._config.on("strict_upload")
        summary = words.summary
        lost = result.unrecorded or summary.get("gap_bytes")
        if strict and not result.exit_code and (lost or not summary.get("delivered")):
            self._say("the log was not delivered whole (--strict-upload)")
            return EXIT_UNDELIVERED
        return result.exit_code

    def _say(self, text: str, *, always: bool = False) -> None:
        if always or not self._quiet:
            # Names of processes and words of a server must not steer the terminal.
            text = "".join(c if c.isprintable() else "?" for c in text)
            write_stderr(f"swiftlog: {text}\n")


class LastWords:
    """What the recorder said on its way out. ``summary`` is empty if it never did.

    It ``goes_on`` when we did not wait for that.
    """

    __slots__ = ("card", "goes_on", "notes", "summary")

    def __init__(self) -> None:
        """Nothing said yet."""
        self.notes: list[str] = []
        self.card = b""
        self.goes_on = False
        self.summary: dict[str, object] = {}


class _EnoughError(Exception):
    """The user does not want to wait for the recorder."""


def _last_words(result: CaptureResult, patience_seconds: float) -> LastWords:
    """Listen to the recorder until it is done, a signal comes, or patience ends.

    The recorder goes on by itself when we stop listening. Requests to end are ignored
    from here on: the command has ended, and its exit code is ours.
    """
    words = LastWords()
    waiting = True
    heeded = [n for n in ENDINGS if signal.getsignal(n) != signal.SIG_IGN]

    def enough(*_: object) -> None:
        nonlocal waiting
        if waiting:  # two requests may come at once, or one when all is said
            waiting = False
            raise _EnoughError

    try:
        for number in (*heeded, signal.SIGALRM):
            signal.signal(number, enough)
        signal.setitimer(signal.ITIMER_REAL, patience_seconds)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, (*heeded, signal.SIGALRM))
        import json  # noqa: F401 - for `_hear`, while the recorder still works

        _listen(words, result)
        waiting = False
    except _EnoughError:
        words.goes_on = True
        words.notes.append("the recorder goes on by itself; `swiftlog sync` delivers")
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        for number in heeded:
            signal.signal(number, signal.SIG_IGN)
    if result.outbox is not None:
        result.outbox.finish()
        result.unrecorded = result.outbox.unrecorded
    return words


def _listen(words: LastWords, result: CaptureResult) -> None:
    outbox = result.outbox
    if outbox is not None:
        while outbox.lingering and not words.summary:
            recorder = outbox.handle
            heard = outbox.linger()
            for kind, body in heard:
                _hear(words, kind, body)
            if outbox.handle is not recorder:
                words.card = b""  # half of one, maybe; the next explains anew
    elif result.recorder is not None and result.recorder.status_fd >= 0:
        reader = StatusReader(result.recorder.status_fd)
        while not (reader.ended or words.summary):
            for kind, body in reader.read():
                _hear(words, kind, body)


def _hear(words: LastWords, kind: int, body: bytes) -> None:
    if kind == NOTE:
        words.notes.append(body.decode("utf-8", "replace"))
    elif kind == FAILURE:
        words.notes.append(f"recording failed: {body.decode('utf-8', 'replace')}")
    elif kind == CARD:
        words.card += body
    elif kind == DONE:
        import json

        words.summary = json.loads(body)


def _ending(result: CaptureResult, words: LastWords, run_id: str) -> str:
    """Return the one line at the end."""
    summary = words.summary
    seconds = result.duration_ns / 1e9
    parts = [_outcome(result), f"{seconds:.1f}s" if seconds < 60 else _minutes(seconds)]  # noqa: PLR2004 - a minute
    if summary:
        lines = int(str(summary["lines"]))
        parts.append(f"{lines:,} line{'' if lines == 1 else 's'}")
    if summary.get("gap_bytes"):
        why = f" ({summary['error']})" if summary["error"] else ""
        parts.append(f"{summary['gap_bytes']} bytes not kept{why}")
    if summary.get("url"):
        parts.append(str(summary["url"]))
    elif summary or words.goes_on:
        parts.append(f"swiftlog show {run_id}")
    else:
        parts.append("not recorded")
    if summary.get("undelivered"):
        parts.append(f"not delivered: {summary['undelivered']}; try `swiftlog sync`")
    return " · ".join(parts)


def _outcome(result: CaptureResult) -> str:
    if result.cause in ("timeout", "idle"):
        what = "timed out" if result.cause == "timeout" else "printed nothing for long"
        return f"{what}, exit {result.exit_code}"
    if result.status == "cancelled":
        return f"cancelled, exit {result.exit_code}"
    if result.signal:
        return f"killed by signal {result.signal}, exit {result.exit_code}"
    return f"exit {result.exit_code}"


def _minutes(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}h{minutes:02}m{rest:02}s" if hours else f"{minutes}m{rest:02}s"


def write_stderr(text: str | bytes) -> None:
    """Say *text* past Python's buffer, whose last flush could change the exit code."""
    data = text.encode("utf-8", "replace") if isinstance(text, str) else text
    while data:
        try:
            data = data[os.write(2, data) :]
        except OSError:
            return  # closed or full: nobody to tell


def _wants_tty(config: ClientConfig) -> bool:
    pty = config.text("pty")
    shown = _is_tty(1) or (_is_tty(2) and not config.on("merge"))
    return pty == "always" or (pty == "auto" and shown)


def _is_tty(fd: int) -> bool:
    try:
        return os.isatty(fd)
    except OSError:
        return False


def _look_at_terminal(plan: RecorderPlan) -> None:
    """Note how the explanation may look on our stderr."""
    if not _is_tty(2):
        return
    plan.color = "NO_COLOR" not in plan.config.environ
    try:
        plan.width = os.get_terminal_size(2).columns
    except OSError:
        return  # a terminal without a size


def _mask_socket(config: ClientConfig, run_id: str) -> str:
    """Choose a short path: a Unix socket's may have about 100 bytes."""
    if not hasattr(os, "getuid"):
        return ""
    folder = config.environ.get("TMPDIR") or "/tmp"  # noqa: S108 - 0700 and ours below
    if len(folder) > 60:  # noqa: PLR2004 - leaves room for the rest
        folder = "/tmp"  # noqa: S108 - the same
    return f"{folder}/swiftlog-{os.getuid()}/mask-{run_id[-12:]}"
