"""The self-test of masking: canaries through the whole real path.

A real `swiftlog run` wraps a child that prints secrets in all forms, on pipes and on a
terminal, with a secret in its arguments too. Then everything that the run left is
searched: the spool's bytes and text, what the server gives back when one is set, and
the explanation. What the child prints reaches our own output unmasked by design; it
is thrown away here.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from swiftlog_cli.canary_child import EXIT_CODE
from swiftlog_cli.checks import FAIL, OK, WARN, Check
from swiftlog_core.errors import SwiftLogError
from swiftlog_core.events import STDERR, STDOUT
from swiftlog_core.stream.mask.canary import LINES, SECRET, Canary, canaries

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from swiftlog_core.config import ClientConfig

PROJECT: Final = "swiftlog-doctor"
LIMIT_SECONDS: Final = 120
SHORT: Final = 6  # lines under this are not masked by themselves
MODES: Final = ("never", "always")


def secrets_checks(config: ClientConfig) -> Iterator[Check]:
    """Run the self-test once on pipes and once on a terminal."""
    for mode in MODES:
        with tempfile.TemporaryDirectory(prefix="swiftlog-doctor-") as folder:
            yield from _check(config, mode, Path(folder))


def _check(config: ClientConfig, mode: str, folder: Path) -> Iterator[Check]:
    where = "a terminal" if mode == "always" else "pipes"
    done = _sing(config, mode, folder)
    spools = list(Path(folder, "runs").glob("*.slog"))
    if done.returncode != EXIT_CODE or len(spools) != 1:
        words = done.stderr.decode("utf-8", "replace").strip()[-300:]
        text = f"on {where}: the wrapped command gave {done.returncode}: {words}"
        yield Check("secrets", FAIL, text, "mend what the checks before this say")
        return
    flock = canaries()
    places = list(_local_places(spools[0]))
    server = _server_places(config, spools[0])
    if server is None:
        advice = "see the checks of the server"
        text = f"on {where}: the log was not delivered, so the server was not searched"
        yield Check("secrets", WARN, text, advice)
    survivors = sorted(
        {
            f"{canary.form} in {place}"
            for place, data in [*places, *(server or ())]
            for canary in flock
            if survives(canary, data)
        }
    )
    names = ", ".join(dict.fromkeys(place for place, _ in [*places, *(server or ())]))
    if survivors:
        text = f"on {where}, not masked: {'; '.join(survivors)}"
        yield Check("secrets", FAIL, text, "do not trust this installation; report it")
    else:
        text = f"on {where}: {len(flock)} canaries, none survived in {names}"
        yield Check("secrets", OK, text)


def survives(canary: Canary, data: bytes) -> bool:
    """Tell whether the canary's secret, or a whole line of it, is in *data*."""
    lines = [line for line in canary.secret.splitlines() if len(line.strip()) >= SHORT]
    return any(part in data for part in (canary.secret, *lines))


def _sing(
    config: ClientConfig, mode: str, folder: Path
) -> subprocess.CompletedProcess[bytes]:
    environ = {
        **config.environ,
        "SWIFTLOG_DATA_DIR": str(folder),
        SECRET.name: SECRET.value.decode(),
        LINES.name: LINES.value.decode(),
    }
    swiftlog = (sys.executable, "-m", "swiftlog_cli", "run", "--pty", mode)
    flags = ("--project", PROJECT, "--group", mode, "--mask-env", "CANARY*", "--quiet")
    child = (sys.executable, "-m", "swiftlog_cli.canary_child", environ[SECRET.name])
    return subprocess.run(
        (*swiftlog, *flags, "--flush-timeout", "30", "--", *child),
        env=environ,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        timeout=LIMIT_SECONDS,
        check=False,
    )


def _local_places(path: Path) -> Iterator[tuple[str, bytes]]:
    """Yield where to look on this machine: (what it is, its bytes)."""
    from swiftlog_cli.commands.explain import as_dict
    from swiftlog_cli.explaining import explain_run
    from swiftlog_cli.runlogs import LocalRunLog

    yield "the spool's file", path.read_bytes()
    log = LocalRunLog(path)
    try:
        record = log.record()
        facts = json.dumps(record.as_json(), ensure_ascii=False)
        yield "the spool's facts", _unescaped(facts)
        for stream in (0, STDOUT, STDERR):
            yield "the spool's text", b"".join(log.raw(stream))
        yield "the spool's text", b"".join(log.text())
        explanation = json.dumps(as_dict(explain_run(log, record)), ensure_ascii=False)
        yield "the explanation", _unescaped(explanation)
    finally:
        log.close()


def _server_places(
    config: ClientConfig, path: Path
) -> Sequence[tuple[str, bytes]] | None:
    """Return where to look on the server; nothing without one, None if not there."""
    from swiftlog_cli.references import has_server
    from swiftlog_cli.runlogs import LocalRunLog

    if not has_server(config):
        return ()
    local = LocalRunLog(path)
    try:
        record = local.record()
    finally:
        local.close()
    if not record.delivered:
        return None
    from swiftlog_cli.server_runlogs import open_server_run

    try:
        log = open_server_run(record.id, config)
        try:
            facts = json.dumps(log.record().as_json(), ensure_ascii=False)
            streams = [b"".join(log.raw(stream)) for stream in (0, STDOUT, STDERR)]
            text = b"".join(log.text())
        finally:
            log.close()
    except SwiftLogError:
        return None
    found = [("the server's log", data) for data in (*streams, text)]
    return [("the server's facts", _unescaped(facts)), *found]


def _unescaped(text: str) -> bytes:
    """Return JSON with its strings as they were, beside it as it is."""
    return (text + "\n" + text.replace("\\\\", "\\").replace('\\"', '"')).encode()
