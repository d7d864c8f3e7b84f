"""What `swiftlog doctor` looks at on this machine.

Each check yields findings with a level and, when something is to be done, what. None
raises for what is wrong with the machine: that is its answer.
"""

from __future__ import annotations

import os
import shutil
import stat
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from swiftlog_core.errors import SwiftLogError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from swiftlog_core.config import ClientConfig

OK: Final = "ok"
WARN: Final = "warn"
FAIL: Final = "fail"
LIBRARIES: Final = ("grpcio", "protobuf", "zstandard", "hyperscan", "httpx", "pyyaml")
LOW_SPACE_BYTES: Final = 1024**3
BIG_UNDELIVERED_BYTES: Final = 1024**3
BUILD_TIME: Final = 1_750_000_000  # no honest clock is before this code was written


class Check(NamedTuple):
    """One finding. ``advice`` says what to do, empty when nothing."""

    name: str
    level: str
    text: str
    advice: str = ""


def local_checks(config: ClientConfig) -> Iterator[Check]:
    """Yield all that is found on this machine, without any network."""
    yield from check_versions()
    yield from check_masking()
    yield from check_data(config)
    yield from check_config_file(config.environ)
    yield from check_terminal()
    yield from check_clock()
    yield from check_proxies(config)
    yield from check_runs(config)


def check_versions() -> Iterator[Check]:
    """Tell the versions of Python, SwiftLog and the libraries that matter."""
    from importlib.metadata import PackageNotFoundError, version

    from swiftlog_core import __version__

    python = ".".join(map(str, sys.version_info[:3]))
    yield Check("version", OK, f"swiftlog {__version__}, Python {python}")
    found = []
    for name in LIBRARIES:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            yield Check("library", FAIL, f"{name} is missing", f"pip install {name}")
    yield Check("library", OK, ", ".join(found))


def check_masking() -> Iterator[Check]:
    """Try the engine that finds secrets."""
    try:
        from swiftlog_core.search.pattern import compile_pattern

        works = compile_pattern("a+b", regex=True).matches(b"xaab")
    except (ImportError, OSError, SwiftLogError) as error:
        yield Check(
            "hyperscan", FAIL, str(error), "pip install --force-reinstall hyperscan"
        )
        return
    level = OK if works else FAIL
    yield Check("hyperscan", level, "loads and finds" if works else "finds nothing")


def check_data(config: ClientConfig) -> Iterator[Check]:
    """Look at the folder of the runs: can it be written, locked, and has it room?"""
    from swiftlog_core.library.locks import RunLock
    from swiftlog_core.library.places import choose_runs_dir

    try:
        folder = choose_runs_dir(config)
        probe = folder / ".doctor.slog"
        RunLock.take(probe).release()
        probe.with_suffix(".lock").unlink(missing_ok=True)
        free = shutil.disk_usage(folder).free
    except (SwiftLogError, OSError) as error:
        advice = "set SWIFTLOG_DATA_DIR to a writable folder"
        yield Check("data", FAIL, str(error), advice)
        return
    text = f"{folder} is writable, {free / 1024**3:.1f} GiB free"
    if free < LOW_SPACE_BYTES:
        advice = "make room, or `swiftlog prune`"
        yield Check("data", WARN, text, advice)
    else:
        yield Check("data", OK, text)


def check_config_file(environ: Mapping[str, str]) -> Iterator[Check]:
    """Look at the configuration file: who can read it?"""
    from swiftlog_core.config import config_path

    path = config_path(environ)
    if not path:
        yield Check("config", WARN, "there is no home folder", "set HOME")
        return
    try:
        mode = stat.S_IMODE(Path(path).stat().st_mode)
    except FileNotFoundError:
        yield Check("config", OK, f"no file {path}: the environment and defaults count")
        return
    except OSError as error:
        yield Check("config", FAIL, str(error), f"mend or delete {path}")
        return
    if mode & 0o077:
        text = f"{path} has mode {mode:03o}: others can read the token"
        yield Check("config", WARN, text, f"chmod 600 {path}")
    else:
        yield Check("config", OK, path)


def check_terminal() -> Iterator[Check]:
    """Try to make a pseudo-terminal, which `--pty` needs."""
    kinds = [
        f"{name} {'a terminal' if os.isatty(number) else 'not a terminal'}"
        for number, name in enumerate(("stdin", "stdout", "stderr"))
    ]
    try:
        for fd in os.openpty():
            os.close(fd)
    except (OSError, AttributeError) as error:
        text = f"no pseudo-terminal can be made: {error}"
        yield Check("terminal", WARN, text, "run with --pty never")
        return
    yield Check("terminal", OK, ", ".join(kinds))


def check_clock() -> Iterator[Check]:
    """Tell a clock that is plainly wrong; certificates and run ids need it."""
    now = time.time()
    text = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(now))
    if now < BUILD_TIME:
        yield Check("clock", FAIL, f"it is {text} here", "set the clock")
    else:
        yield Check("clock", OK, text)


def check_proxies(config: ClientConfig) -> Iterator[Check]:
    """Name the proxies that requests would go through."""
    names = ("grpc_proxy", "https_proxy", "http_proxy", "all_proxy", "no_proxy")
    found = [
        name
        for lower in names
        for name in (lower, lower.upper())
        if config.environ.get(name)
    ]
    text = f"set: {', '.join(found)}" if found else "none"
    yield Check("proxy", OK, text)


def check_runs(config: ClientConfig) -> Iterator[Check]:
    """Count the runs here, and those that no server has."""
    from swiftlog_core.library.index import DAMAGED, DEAD, local_runs
    from swiftlog_core.library.places import known_runs_dirs

    total = undelivered = size = 0
    for run in local_runs(known_runs_dirs(config)):
        total += 1
        if run.state == DAMAGED:
            advice = "read what is left with `swiftlog logs FILE`, then delete it"
            yield Check("run", WARN, f"{run.path}: {run.damage}", advice)
        if run.state == DEAD:
            text = f"{run.run_id} lost its recorder"
            yield Check("run", WARN, text, "`swiftlog sync` gives it its end")
        if not run.delivered:
            undelivered += 1
            size += run.bytes_on_disk()
    text = f"{total} here, {undelivered} undelivered ({size / 1024**2:.1f} MiB)"
    late = undelivered and config.text("server")
    if late or size > BIG_UNDELIVERED_BYTES:
        yield Check("runs", WARN, text, "`swiftlog sync` delivers them")
    else:
        yield Check("runs", OK, text)
