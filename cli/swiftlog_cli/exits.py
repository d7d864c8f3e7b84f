"""Errors to exit codes: the only place that knows the numbers.

``swiftlog run`` exits with the command's own code; these are for everything else
(and for ``run`` when the command could not even be tried). They follow ``sysexits.h``
where it has a number. An unexpected exception is a bug: it leaves a report with
versions and traceback, without arguments' or variables' values.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Final

from swiftlog_core import errors

if TYPE_CHECKING:
    from collections.abc import Mapping

OK: Final = 0
USAGE: Final = 64
DATA: Final = 65
NOT_FOUND: Final = 66
UNAVAILABLE: Final = 69
BUG: Final = 70
IO: Final = 74
LATER: Final = 75
PROTOCOL: Final = 76
REFUSED: Final = 77
INTERRUPTED: Final = 130
BROKEN_PIPE: Final = 141

MEANINGS: Final[Mapping[int, str]] = {
    OK: "done",
    USAGE: "the command line or a setting cannot be used",
    DATA: "damaged data: a spool, a frame, or a log that does not verify",
    NOT_FOUND: "no such run or file",
    UNAVAILABLE: "the server cannot be reached, or cannot start",
    BUG: "a bug of swiftlog; a report was written",
    IO: "reading or writing failed",
    LATER: "not delivered, lost or in use; try again later",
    PROTOCOL: "the server or a run's other writer does not fit this client",
    REFUSED: "the server refused: token, permission",
    INTERRUPTED: "interrupted",
    BROKEN_PIPE: "the reader of our output went away",
}

# The nearest class in an error's ancestry decides.
_CODES: Final[Mapping[type[BaseException], int]] = {
    errors.SwiftLogError: UNAVAILABLE,  # the server's own: it cannot start
    errors.UsageError: USAGE,
    errors.ConfigError: USAGE,
    errors.RunNotFoundError: NOT_FOUND,
    errors.RunAmbiguousError: USAGE,
    errors.SpoolError: DATA,
    errors.SpoolBusyError: LATER,
    errors.SpoolUnwritableError: IO,
    errors.FrameError: DATA,
    errors.IngestError: PROTOCOL,
    errors.CloseMismatchError: DATA,
    errors.ServerError: UNAVAILABLE,
    errors.ServerRefusedError: REFUSED,
    errors.ServerIncompatibleError: PROTOCOL,
    errors.PatternError: USAGE,
    errors.VerifyError: DATA,
    errors.PluginError: USAGE,
    errors.PluginBrokenError: DATA,
    FileNotFoundError: NOT_FOUND,
    OSError: IO,
    KeyboardInterrupt: INTERRUPTED,
}


class ReaderGoneError(Exception):
    """The reader of our output went away: nobody is left to tell."""


def code_of(error: BaseException) -> int:
    """Return the exit code for *error*; ``BUG`` for what nobody expected."""
    for kind in type(error).__mro__:
        if kind in _CODES:
            return _CODES[kind]
    return BUG


def report(error: BaseException) -> int:
    """Say *error* on stderr as a sentence with what to do; return the exit code."""
    if isinstance(error, SystemExit):
        if isinstance(error.code, str):
            complain(error.code)
            return USAGE
        return error.code or OK
    if isinstance(error, BrokenPipeError | ReaderGoneError):
        silence_stdout()
        return BROKEN_PIPE
    code = code_of(error)
    if code == INTERRUPTED:
        return code
    if isinstance(error, OSError):
        complain(_os_error_text(error))
    elif isinstance(error, errors.SwiftLogError):
        complain(str(error))
    else:
        complain(_bug_text(error))
    return code


def complain(message: str) -> None:
    """Write ``swiftlog: error: message`` to stderr; a closed stderr is no error."""
    from swiftlog_core.stream.printable import printable

    say(f"swiftlog: error: {printable(message.encode('utf-8', 'surrogateescape'))}")


def say(text: str) -> None:
    """Write a line to stderr; without one, or with a full one, nobody is told.

    Past Python's buffer: what stays in that is flushed at the end, and fails then,
    with another exit code. A stderr that is no descriptor (a test's) is just written.
    """
    stream = sys.stderr
    if stream is None:
        return  # number 2 may be somebody else's
    is_ours = stream is sys.__stderr__
    try:
        if not is_ours:
            print(text, file=stream, flush=True)
            return
        fd = stream.fileno()
        data = f"{text}\n".encode("utf-8", "backslashreplace")
        while data:
            data = data[os.write(fd, data) :]
    except (OSError, ValueError):
        return


def silence_stdout() -> None:
    """Point a stdout whose reader left at nothing, so that the exit stays quiet."""
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 1)
    os.close(nothing)


def _os_error_text(error: OSError) -> str:
    reason = error.strerror or str(error)
    return f"{error.filename}: {reason}" if error.filename else reason


def _bug_text(error: BaseException) -> str:
    import tempfile
    import traceback

    from swiftlog_core import __version__

    summary = f"{type(error).__name__} in swiftlog {__version__}"
    trace = "".join(traceback.format_exception(error))
    body = (
        f"swiftlog {__version__}, Python {sys.version}, {sys.platform}\n"
        f"command: {command_word()}\n\n{trace}"
    )
    try:
        fd, path = tempfile.mkstemp(prefix="swiftlog-crash-", suffix=".txt")
        with os.fdopen(fd, "w", encoding="utf-8", errors="backslashreplace") as file:
            file.write(body)
    except OSError:
        return f"this is a bug ({summary}); please report it with this:\n{body}"
    return f"this is a bug ({summary}); please report it with the file {path}"


def command_word() -> str:
    """Return the subcommand that was called; its arguments may hold secrets."""
    words = [word for word in sys.argv[1:2] if word.isalpha()]
    return words[0] if words else "(none)"
