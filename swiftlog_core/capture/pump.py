"""One command from its start to its result, in one thread.

The order of events. (1) Signals are blocked, pipes and terminal opened, the command
forked. (2) What only the command should hold open is closed here. (3) A recorder is
started while the command already works. (4) The loop: what was read goes to our
output first and then to the recorder. (5) The command ends: its output is drained until
the end of it, or until one second of silence if a process that it left holds it.
(6) What it left is swept if it was stopped, and left in peace if not. (7) The
exit is told to the recorder, and the terminal put back.
"""

from __future__ import annotations

import os
import time

from swiftlog_core.capture.command import Command, reap
from swiftlog_core.capture.drain import fork_drain
from swiftlog_core.capture.family import holders
from swiftlog_core.capture.flow import Flow
from swiftlog_core.capture.forwarder import Forwarder
from swiftlog_core.capture.heartbeat import Heartbeat
from swiftlog_core.capture.inbox import ENDINGS, SignalInbox
from swiftlog_core.capture.kernel import become_subreaper
from swiftlog_core.capture.keyboard import BACKGROUND_PAUSE, Keyboard
from swiftlog_core.capture.link import KIND_EXIT, KIND_STDERR, encode_exit
from swiftlog_core.capture.outbox import Outbox
from swiftlog_core.capture.plumbing import (
    STDERR,
    STDIN,
    Plumbing,
    plug_closed,
    point_to_null,
)
from swiftlog_core.capture.poller import READ
from swiftlog_core.capture.recorder import release_inherited
from swiftlog_core.capture.spawn import ExecFailure, Launch, Program
from swiftlog_core.capture.spec import CaptureResult
from swiftlog_core.capture.stopper import Stopper
from swiftlog_core.capture.terminal import Terminal, Wiring
from swiftlog_core.capture.verdict import judge
from swiftlog_core.capture.watch import Watch

TYPE_CHECKING = False  # type checkers take it for typing's, which is not imported
if TYPE_CHECKING:
    import signal

    from swiftlog_core.capture.spec import CaptureSpec, RecorderHandle
else:
    import _signal as signal  # the public module builds enums: 5 ms at each start

SILENCE_SECONDS = 1.0


class Pump:
    """The parts of one capture, composed. Used once."""

    def __init__(
        self,
        spec: CaptureSpec,
        program: Program,
        inbox: SignalInbox,
        closed: frozenset[int],
    ) -> None:
        """Open everything; nothing is forked yet, so failing here costs nothing."""
        self._spec = spec
        self._start_ns = spec.start_ns or time.monotonic_ns()
        self._inbox = inbox
        open_fds = frozenset({0, 1, 2}) - closed
        self._wiring = Wiring(spec.pty, open_fds, merge=spec.merge)
        self._terminal = (
            Terminal(self._wiring, program.environ) if self._wiring.pty_fds else None
        )
        self._plumbing = Plumbing(closed, merge=spec.merge)
        self._plumbing.connect(self._wiring, self._terminal)
        report_r, report_w = os.pipe()
        self._report_w = report_w
        launch = Launch(
            program,
            inbox,
            stdio=self._plumbing.stdio,
            closed=sorted(closed),
            report_fd=report_w,
        )
        self._command = Command(launch, report_r)
        self._watch = Watch()
        self._outbox = Outbox(
            self._start_recorder if spec.start_recorder else None, self._start_ns
        )
        self._outbox.on_urgent = spec.on_urgent
        self._flow = Flow(
            self._plumbing,
            self._outbox,
            self._watch,
            self._start_ns,
            self._on_terminal_end,
        )
        now = time.monotonic()
        self._stopper = Stopper(spec, now, self._sweep, self._spread)
        self._heartbeat = Heartbeat(spec.heartbeat_seconds, now)
        self._shares_group = (
            self._wiring.has_controlling_terminal and not self._wiring.own_session
        )
        self._forwarder = Forwarder(
            self._command,
            inbox,
            self._stopper,
            self._terminal,
            shares_group=self._shares_group,
        )
        self._keyboard = (
            Keyboard(self._terminal, self._watch, self._stopper.on_typed_interrupt)
            if self._terminal
            else None
        )
        self._ended_at: float | None = None
        self._result: CaptureResult | None = None

    def fork(self) -> None:
        """Start the command."""
        become_subreaper()
        if self._wiring.own_session and self._terminal is not None:
            self._command.start_session(self._terminal.slave)
        else:
            self._command.start(own_group=not self._shares_group)

    def settle(self) -> None:
        """Let go of what is the command's alone, then start the recorder."""
        os.close(self._report_w)
        self._plumbing.close_far_ends()
        if self._terminal is not None:
            self._terminal.close_slave()
        release_inherited()
        if self._terminal is None or self._terminal.keyboard < 0:
            point_to_null(STDIN)
        self._outbox.begin()

    def run(self) -> CaptureResult:
        """Run the loop until all is said and done; the terminal is always put back."""
        try:
            self._watch.on(self._inbox.fileno(), READ, self._on_signals)
            self._watch_start()
            while not self._is_done(time.monotonic()):
                self._flow.breathe()
                self._arrange()
                self._watch.turn(self._seconds_to_wait(time.monotonic()))
                self._act(time.monotonic())
            return self._finish()
        finally:
            if self._terminal is not None:
                if not self._stopper.asked:
                    self._terminal.keep_modes()
                self._terminal.leave_raw()
            self._inbox.close(held=ENDINGS)  # or one could still change our code

    # Starting.

    def _start_recorder(self) -> RecorderHandle:
        if self._spec.start_recorder is None:
            raise RuntimeError
        return self._spec.start_recorder(self._near_ends())

    def _near_ends(self) -> list[int]:
        """Give every descriptor that belongs to the pump alone."""
        terminal = [self._terminal.slave] if self._terminal else []
        found = [
            *self._plumbing.fds(),
            *self._command.fds(),
            *self._outbox.fds(),
            *self._inbox.fds(),
            *terminal,
        ]
        return [fd for fd in found if fd >= 0]

    def _watch_start(self) -> None:
        self._watch.on(self._command.report_fd, READ, self._on_report)
        leader = self._command.leader
        if leader is not None:
            self._watch.on(leader.relay_fd, READ, self._on_relay)

    # The loop.

    def _arrange(self) -> None:
        self._flow.arrange()
        if self._keyboard is not None:
            self._keyboard.arrange()

    def _seconds_to_wait(self, now: float) -> float | None:
        instants = [self._stopper.deadline()]
        if self._ended_at is None:
            instants.append(self._heartbeat.deadline())
        elif not self._flow.held_back:
            instants.append(self._silent_at())
        if self._outbox.full:
            instants.append(self._outbox.patience_ends)
        if self._keyboard is not None and self._keyboard.in_background:
            instants.append(now + BACKGROUND_PAUSE)
        known = [instant for instant in instants if instant is not None]
        return min(known) - now if known else None

    def _act(self, now: float) -> None:
        """Do what has become due while waiting, or because of what arrived."""
        last_read = self._flow.last_read
        if self._flow.held_back:
            last_read = self._flow.last_read = now
        self._stopper.on_output(last_read)
        self._stopper.act(now)
        if self._ended_at is None:
            self._heartbeat.act(now, last_read, raw=self._is_raw())
        if self._outbox.full and now >= self._outbox.patience_ends:
            self._outbox.overflow()
        if self._command.stopped_by and self._ended_at is None:
            self._forwarder.follow_stop()
        if self._command.status is not None and self._ended_at is None:
            self._on_end(now)

    def _is_raw(self) -> bool:
        return self._terminal is not None and self._terminal.raw

    def _silent_at(self) -> float:
        return max(self._flow.last_read, self._ended_at or 0.0) + SILENCE_SECONDS

    def _is_done(self, now: float) -> bool:
        if self._ended_at is None or self._stopper.sweeping:
            return False
        if self._flow.blocked:
            # Asked to stop, the command would not have waited for its reader either.
            return self._stopper.asked
        return not self._flow.open or now >= self._silent_at()

    # What arrives.

    def _on_signals(self, _events: int) -> None:
        for arrival in self._inbox.read():
            if arrival.signal == signal.SIGCHLD:
                self._reap()
            else:
                self._forwarder.on_arrival(arrival)

    def _reap(self) -> None:
        for pid, status in reap():
            recorder = self._outbox.handle
            if self._command.on_reaped(pid, status):
                continue
            ended = not os.WIFSTOPPED(status) and not os.WIFCONTINUED(status)
            if ended and recorder is not None and pid == recorder.pid:
                self._outbox.bury()

    def _on_report(self, _events: int) -> None:
        self._watch.forget(self._command.report_fd)
        self._command.on_report()

    def _on_relay(self, _events: int) -> None:
        leader = self._command.leader
        if leader is not None:
            fd = leader.relay_fd
            self._command.on_relay()
            if leader.relay_fd < 0:
                self._watch.forget(fd)

    def _on_terminal_end(self, unread: bool) -> None:  # noqa: FBT001 - a callback
        if self._terminal is not None:
            self._terminal.note_modes()
        if unread:  # say so as the kernel does for a pipe
            self._command.signal_group(signal.SIGPIPE)

    def _spread(self, number: int) -> None:
        """Send a request to the command's family, but not once more to itself."""
        recorder = self._outbox.handle
        excluded = [recorder.pid] if recorder is not None else []
        self._command.signal_family(number, excluded, itself=False)

    def _sweep(self, number: int) -> int:
        recorder = self._outbox.handle
        excluded = [recorder.pid] if recorder is not None else []
        return self._command.signal_family(number, excluded)

    # Ending.

    def _on_end(self, now: float) -> None:
        self._ended_at = now
        duration_ns = time.monotonic_ns() - self._start_ns
        self._result = judge(self._command, self._stopper, now)
        self._result.duration_ns = duration_ns
        self._result.tty = self._terminal is not None
        if self._command.failure is not None:
            message = os.fsencode(self._command.failure.message)
            _tell(message)
            self._outbox.put(KIND_STDERR, duration_ns, message)
        if self._keyboard is not None:
            self._keyboard.close()
        if self._terminal is not None:
            self._terminal.note_modes()

    def _finish(self) -> CaptureResult:
        result = self._result
        if result is None:
            raise AssertionError
        self._let_go(result)
        result.bytes_passed = self._flow.passed
        result.undelivered = self._flow.undelivered
        self._outbox.send(KIND_EXIT, result.duration_ns, encode_exit(result))
        while self._outbox.waiting and time.monotonic() < self._outbox.patience_ends:
            self._flow.arrange()
            self._watch.turn(self._outbox.patience_ends - time.monotonic())
        self._outbox.conclude()
        result.unrecorded = self._outbox.unrecorded
        result.outbox = self._outbox
        result.recorder = self._outbox.handle
        result.recorder_failures = self._outbox.failures
        return result

    def _let_go(self, result: CaptureResult) -> None:
        """Name who holds the output, and leave a drain for them."""
        streams = self._plumbing.streams
        if streams and not self._stopper.asked:
            recorder = self._outbox.handle
            excluded = [recorder.pid] if recorder else []
            result.holders = holders([stream.target for stream in streams], excluded)
            fork_drain({stream.fd: stream.sink.fd for stream in streams})
        self._flow.drop_all()
        if self._command.leader is not None:
            self._command.leader.release()


def capture(spec: CaptureSpec) -> CaptureResult:
    """Run a command as *spec* says; return when it and its output have ended.

    Call it once, in a process that does nothing else: it takes over its signals,
    its children, its standard streams and every descriptor that the command inherits.
    Afterwards ``inbox.ENDINGS`` are still blocked: what they may do is the caller's.
    If there are too few descriptors or processes to stand beside the command, this
    process *becomes* the command, unrecorded.
    """
    program = Program(spec.argv, spec.environ)
    inbox = None
    try:
        closed = plug_closed()
        inbox = SignalInbox()
        pump = Pump(spec, program, inbox, closed)
        pump.fork()
    except Exception as error:  # noqa: BLE001 - whatever it is, the command must run
        return _become(program, inbox, error)
    pump.settle()
    return pump.run()


def _become(
    program: Program, inbox: SignalInbox | None, error: Exception
) -> CaptureResult:
    _tell(os.fsencode(f"swiftlog: not recorded: {error}\n"))
    if inbox is not None:
        inbox.reset_in_child()
    failure = ExecFailure(program, program.execute())
    _tell(os.fsencode(failure.message))
    return CaptureResult("failed", failure.exit_code, cause=failure.cause)


def _tell(message: bytes) -> None:
    try:
        os.write(STDERR, message)
    except OSError:
        return  # full, or its reader has gone: the exit code tells all the same
