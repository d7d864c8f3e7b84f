"""Asking the command to stop: who asked, how long it may take, what is left after.

The order of events. INT and TERM are passed to the command. If it still lives half a
second later its descendants get them too, as from a terminal: a shell that waits for
a child before it does anything would otherwise not even hear them. TERM and the time
limits start the grace period, at whose end everything that descends from the command
is killed. INT and HUP never escalate: an interpreter survives Ctrl-C, a daemon
reloads. Once the command has ended after a request or a time limit, what it left
behind is *swept*: TERM, the grace period, KILL, until nothing of it lives.
"""

from __future__ import annotations

TYPE_CHECKING = False  # type checkers take it for typing's, which is not imported
if TYPE_CHECKING:
    import signal
    from collections.abc import Callable

    from swiftlog_core.capture.spec import CaptureSpec
else:
    import _signal as signal  # the public module builds enums: 5 ms at each start

REQUESTS = (signal.SIGINT, signal.SIGTERM, getattr(signal, "SIGHUP", 0))
_SPREADING = (signal.SIGINT, signal.SIGTERM)
_SPREAD_SECONDS = 0.5
_SWEEP_PAUSE = 0.02
_SHELL_SIGNAL_BASE = 128


class Stopper:
    """Decides when to send what. Instants are ``time.monotonic`` seconds.

    ``sweep`` sends a signal to the command and all its descendants, and gives how many
    there are; ``spread`` leaves the command itself out. ``cause`` is ``timeout``,
    ``idle`` or empty.
    """

    def __init__(
        self,
        spec: CaptureSpec,
        now: float,
        sweep: Callable[[int], int],
        spread: Callable[[int], None],
    ) -> None:
        self._sweep = sweep
        self._spread = spread
        self._spread_at: dict[int, float] = {}
        self._grace = spec.grace_seconds
        self._idle = spec.idle_seconds or None
        timeout = spec.timeout_seconds or None
        self._timeout_at = None if timeout is None else now + timeout
        self._idle_at = None if self._idle is None else now + self._idle
        self._kill_at: float | None = None
        self._next_sweep: float | None = None
        self._asked: dict[int, float] = {}
        self._typed = False
        self.cause = ""

    @property
    def asked(self) -> bool:
        """Tell whether anybody asked the command to stop."""
        return bool(self._asked)

    @property
    def sweeping(self) -> bool:
        """Tell whether processes that the command left are still being ended."""
        return self._next_sweep is not None

    def on_output(self, now: float) -> None:
        """The command has shown life."""
        if self._idle is not None:
            self._idle_at = now + self._idle

    def on_request(self, number: int, now: float, *, shared: bool) -> None:
        """Somebody sent us INT, TERM or HUP, which was or will be passed on.

        *shared*: the terminal did, to the whole group.
        """
        self._asked.setdefault(number, now)
        if number in _SPREADING and not shared:
            self._spread_at.setdefault(number, now + _SPREAD_SECONDS)
        if number == signal.SIGTERM and self._kill_at is None:
            self._kill_at = now + self._grace

    def on_typed_interrupt(self) -> None:
        """Ctrl-C was typed on the command's own terminal."""
        self._typed = True

    def deadline(self) -> float | None:
        """Give the next instant at which ``act`` has something to do."""
        instants = [self._kill_at, self._next_sweep, *self._spread_at.values()]
        if not self.cause:
            instants += [self._timeout_at, self._idle_at]
        known = [instant for instant in instants if instant is not None]
        return min(known) if known else None

    def act(self, now: float) -> None:
        """Do what is due."""
        if not self.cause and not self.sweeping:
            if self._timeout_at is not None and now >= self._timeout_at:
                self._give_notice("timeout", now)
            elif self._idle_at is not None and now >= self._idle_at:
                self._give_notice("idle", now)
        for number, due in list(self._spread_at.items()):
            if now >= due:
                del self._spread_at[number]
                self._spread(number)
        if self._next_sweep is not None and now >= self._next_sweep:
            killing = self._kill_at is not None and now >= self._kill_at
            alive = self._sweep(signal.SIGKILL if killing else 0)
            self._next_sweep = now + _SWEEP_PAUSE if alive else None
            if not alive:
                self._kill_at = None
        elif self._kill_at is not None and now >= self._kill_at:
            self._sweep(signal.SIGKILL)
            self._kill_at = now + _SWEEP_PAUSE

    def on_end(self, killed_by: int, exit_code: int, now: float) -> bool:
        """The command ended: start the sweep if due; tell whether it was cancelled."""
        cancelled = self._is_cancelled(killed_by, exit_code, now)
        self._timeout_at = self._idle_at = self._kill_at = None
        self._spread_at.clear()
        if (cancelled or self.cause) and self._sweep(signal.SIGTERM):
            self._sweep(signal.SIGCONT)
            self._kill_at = now + self._grace
            self._next_sweep = now + _SWEEP_PAUSE
        return cancelled and not self.cause

    def _give_notice(self, cause: str, now: float) -> None:
        self.cause = cause
        self._sweep(signal.SIGTERM)
        self._sweep(signal.SIGCONT)  # a stopped command could not even hear it
        self._kill_at = now + self._grace

    def _is_cancelled(self, killed_by: int, exit_code: int, now: float) -> bool:
        """Tell an end that follows a request from one that happens to come later.

        A request for good (TERM) always counts. After INT or HUP the command may have
        gone on: its end counts if it names the signal or comes within the grace period.
        """
        ended_by = killed_by or exit_code - _SHELL_SIGNAL_BASE
        if self._typed and ended_by == signal.SIGINT:
            return True
        return any(
            number in (signal.SIGTERM, ended_by) or now <= since + self._grace
            for number, since in self._asked.items()
        )
