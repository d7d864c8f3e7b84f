"""The capture where there is no ``fork``: two pipes and a thread for each.

What it cannot do: pseudo terminals (``pty=always`` says so on standard error), a
recorder in a process of its own (the handle is a thread's, with pid 0), starting a
second recorder, sending any signal but a forced end, naming who holds the output.
Ctrl-C reaches the command through the console that it shares with us.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time

from swiftlog_core.capture.link import (
    HEADER,
    KIND_EOF,
    KIND_EXIT,
    KIND_STDERR,
    KIND_STDOUT,
    encode_exit,
)
from swiftlog_core.capture.spec import CaptureResult

TYPE_CHECKING = False  # type checkers take it for typing's, which is not imported
if TYPE_CHECKING:
    from swiftlog_core.capture.spec import CaptureSpec

_READ_SIZE = 1 << 16
_TICK_SECONDS = 0.1
_TIMED_OUT = 124
_NOT_EXECUTABLE = 126
_NOT_FOUND = 127


class _Tee:
    """Copies streams to our output, then to the recorder; one lock keeps order."""

    def __init__(self, spec: CaptureSpec, start_ns: int) -> None:
        self.start_ns = start_ns
        self.handle = spec.start_recorder([]) if spec.start_recorder else None
        self.passed = [0, 0, 0]
        self.last_read = time.monotonic()
        self._lock = threading.Lock()

    def copy(self, source: int, fd: int, kind: int) -> None:
        while data := os.read(source, _READ_SIZE):
            self.last_read = time.monotonic()
            t_ns = time.monotonic_ns() - self.start_ns
            rest = memoryview(data)
            while rest:
                rest = rest[os.write(fd, rest) :]
            self.passed[kind] += len(data)
            self.send(kind, t_ns, data)
        self.send(KIND_EOF, time.monotonic_ns() - self.start_ns, bytes([kind]))

    def send(self, kind: int, t_ns: int, body: bytes) -> None:
        if self.handle is None:
            return
        with self._lock:
            rest = memoryview(HEADER.pack(kind, t_ns, len(body)) + body)
            while rest:
                rest = rest[os.write(self.handle.write_fd, rest) :]


def capture(spec: CaptureSpec) -> CaptureResult:
    """Run a command as *spec* says, in pipes; see the module for what is missing."""
    if spec.pty == "always":
        sys.stderr.write("swiftlog: no pseudo terminals on Windows: using pipes\n")
    start_ns = spec.start_ns or time.monotonic_ns()
    argv = [os.fsdecode(word) for word in spec.argv]
    environ = {os.fsdecode(k): os.fsdecode(v) for k, v in spec.environ.items()}
    error_pipe = subprocess.STDOUT if spec.merge else subprocess.PIPE
    try:
        child = subprocess.Popen(
            argv, env=environ, stdout=subprocess.PIPE, stderr=error_pipe, bufsize=0
        )
    except OSError as error:
        sys.stderr.write(f"swiftlog: {argv[0]}: {error.strerror}\n")
        if isinstance(error, FileNotFoundError):
            return CaptureResult("failed", _NOT_FOUND, cause="not_found")
        return CaptureResult("failed", _NOT_EXECUTABLE, cause="not_executable")
    tee = _Tee(spec, start_ns)
    threads = [
        threading.Thread(target=tee.copy, args=(pipe.fileno(), fd, kind), daemon=True)
        for pipe, fd, kind in (
            (child.stdout, 1, KIND_STDOUT),
            (child.stderr, 2, KIND_STDERR),
        )
        if pipe is not None
    ]
    for thread in threads:
        thread.start()
    result = _wait(child, spec, tee)
    for thread in threads:
        thread.join(timeout=1.0)
    result.duration_ns = time.monotonic_ns() - start_ns
    result.bytes_passed = (tee.passed[KIND_STDOUT], tee.passed[KIND_STDERR])
    result.recorder = tee.handle
    tee.send(KIND_EXIT, result.duration_ns, encode_exit(result))
    if tee.handle is not None:
        os.close(tee.handle.write_fd)
    return result


def _wait(
    child: subprocess.Popen[bytes], spec: CaptureSpec, tee: _Tee
) -> CaptureResult:
    """Wait for the end or a time limit; Ctrl-C is the command's to deal with."""
    start = time.monotonic()
    cause = ""
    interrupted = False
    code: int | None = None
    while code is None:
        try:
            code = child.wait(_TICK_SECONDS)
        except KeyboardInterrupt:
            interrupted = True
        except subprocess.TimeoutExpired:
            now = time.monotonic()
            if spec.timeout_seconds and now - start > spec.timeout_seconds:
                cause = "timeout"
            elif spec.idle_seconds and now - tee.last_read > spec.idle_seconds:
                cause = "idle"
            if cause:
                child.kill()
    if cause:
        return CaptureResult("failed", _TIMED_OUT, cause=cause)
    if interrupted:
        return CaptureResult("cancelled", code, cause="cancelled")
    return CaptureResult("failed" if code else "success", code)
