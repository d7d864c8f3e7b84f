"""`swiftlog sync`."""

from __future__ import annotations

import signal
import threading
from typing import TYPE_CHECKING

import click

from swiftlog_cli import exits
from swiftlog_cli.console import Console, remark
from swiftlog_cli.options import RunReference, json_option

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from swiftlog_core.config import ClientConfig
    from swiftlog_core.library.sync import Synced


@click.command(
    "sync",
    epilog="""\b
Examples:
  swiftlog sync
  swiftlog sync last
  swiftlog sync --seal    # before the spools become an artifact

Runs whose recorder was killed get their end and, where it can be told, the cause.
The exit code is 75 when something is left undelivered.""",
)
@click.argument("references", metavar="[RUN]...", nargs=-1, type=RunReference())
@click.option("--seal", is_flag=True, help="Fold every run into one whole file, too.")
@json_option
def command(references: tuple[str, ...], seal: bool, as_json: bool) -> int:
    """Deliver what earlier runs left undelivered: all of it, or RUNs only."""
    from swiftlog_core.config import resolve
    from swiftlog_core.library.sync import BUSY, FAILED, Sync
    from swiftlog_core.transport.address import server_of

    config = resolve({})
    server = server_of(config)
    console = Console(config.environ)
    results = []
    round_ = Sync(server, stop=_stop_on_signal())
    for result in round_.round(_wanted(references, config), seal=seal):
        results.append(result)
        if not as_json:
            console.line("  ".join(_words(result)))
    if as_json:
        console.json([_as_dict(result) for result in results])
    elif not results:
        remark("nothing to deliver")
    if server is None and not seal:
        remark("no server is set, so nothing was sent; `swiftlog login` sets one")
    failed = any(result.outcome == FAILED for result in results)
    busy = references and any(result.outcome == BUSY for result in results)
    return exits.LATER if failed or busy else exits.OK


def _wanted(references: Sequence[str], config: ClientConfig) -> list[Path]:
    from swiftlog_core.library.index import spools_in
    from swiftlog_core.library.open import find
    from swiftlog_core.library.places import known_runs_dirs

    places = known_runs_dirs(config)
    if not references:
        return spools_in(places)
    return [find(reference, places) for reference in references]


def _stop_on_signal() -> threading.Event:
    """Return what the first INT or TERM sets; the next one ends us at once."""
    stop = threading.Event()

    def ask(number: int, _frame: object) -> None:
        stop.set()
        signal.signal(number, signal.SIG_DFL)

    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGINT, ask)
        signal.signal(signal.SIGTERM, ask)
    return stop


def _words(result: Synced) -> Iterator[str]:
    yield result.run_id
    yield result.outcome
    for text in (result.url, result.reason):
        if text:
            yield text
    if result.lost_cause:
        yield f"(its recorder died: {result.lost_cause})"


def _as_dict(result: Synced) -> dict[str, str]:
    return {
        "id": result.run_id,
        "outcome": result.outcome,
        "reason": result.reason,
        "url": result.url,
        "lost_cause": result.lost_cause,
        "path": str(result.path),
    }
