"""Who is tried: SwiftLog, what people use instead, and wrappers broken on purpose.

A wrapper is the words before a command. Each broken one violates one thing, so that it
is seen that the kit would notice.
"""

from __future__ import annotations

import sys
from pathlib import Path

HERE = Path(__file__).parent
CAPTURE = [sys.executable, "-I", str(HERE / "bare_capture.py"), "--"]
SWIFTLOG = [sys.executable, "-m", "swiftlog_cli", "run", "--quiet", "--"]


def _shell(script: str) -> list[str]:
    """Give a wrapper that is a line of bash; the command is ``"$@"``."""
    return ["bash", "-c", script, "wrapper"]


PEERS = {
    "tee": _shell('set -o pipefail; "$@" 2>&1 | tee /dev/null'),
    "script": _shell('script -qefc "$(printf "%q " "$@")" /dev/null'),
}

BROKEN = {
    "stdout": _shell('"$@" | tr -d "\\377\\r" | head -c 300000'),
    "stderr": _shell('"$@" 2>&1'),
    "exit": _shell('"$@"; exit 0'),
    "signal": _shell('trap "" TERM USR1; "$@" & wait'),
    "isatty": _shell('"$@" | cat'),
    "window": _shell('stty rows 24 cols 80 2>/dev/null; "$@" | cat'),
    "stdin": _shell('"$@" </dev/null'),
    "cwd": _shell('cd /; "$@"'),
    "umask": _shell('umask 022; "$@"'),
    "environment": _shell('export LANG=C PATH=/bin; unset EMPTY LATIN; "$@"'),
    "fds": _shell('exec 5>/dev/null 7<&-; "$@" </dev/null'),
    "group": _shell('setsid "$@" & wait $!'),
    "argv": _shell('sh -c "$*"'),
    "traps": _shell('setsid -w "$@"'),
    "stop": _shell('setsid -w "$@"'),
    "daemons": [sys.executable, "-I", str(HERE / "broken_reaper.py")],
    "closed_stdout": _shell('"$@" | (trap "" PIPE; cat 2>/dev/null; cat >/dev/null)'),
    "live": _shell('o=$("$@" 2>&1); c=$?; printf "%s\\n" "$o"; exit $c'),
    "parallel": _shell('"$@" > /tmp/kit.same.$UID; cat /tmp/kit.same.$UID'),
    "nesting": _shell('[ "$INSIDE" ] && exit 1; INSIDE=1 "$@"'),
    "dispositions": _shell('trap "" PIPE USR1; "$@"'),
    "limits": _shell('ulimit -n 200; nice -n 1 "$@"'),
    "modes": _shell('"$@"; stty sane 2>/dev/null'),
}
