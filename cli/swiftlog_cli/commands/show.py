"""`swiftlog show`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from swiftlog_cli.console import Console
from swiftlog_cli.options import json_option, local_option, run_argument
from swiftlog_cli.records import brief_duration, brief_size, iso
from swiftlog_core.events import FAILED, LOST

if TYPE_CHECKING:
    from collections.abc import Iterator

    from swiftlog_cli.records import RunRecord
    from swiftlog_cli.runlogs import RunLog


@click.command(
    "show",
    epilog="""\b
Examples:
  swiftlog show last
  swiftlog show 0190b5c1-77a2
  swiftlog show build.slog --json""",
)
@run_argument
@local_option
@json_option
def command(reference: str, local: bool, as_json: bool) -> None:
    """Show all that is known of RUN, and why it failed."""
    from swiftlog_cli.references import open_run
    from swiftlog_core.config import resolve

    config = resolve({})
    log = open_run(reference, config, local=local)
    try:
        record = log.record()
        console = Console(config.environ)
        if as_json:
            console.json(record.as_json())
            return
        console.facts(_facts(record))
        if record.status in (FAILED, LOST):
            _print_card(console, log, record)
    finally:
        log.close()


def _facts(record: RunRecord) -> Iterator[tuple[str, str]]:
    yield "run", record.id
    yield "command", record.command
    yield "status", f"{record.status} ({record.outcome})".replace(" ()", "")
    yield "started", iso(record.started_ns)
    yield "took", brief_duration(record.duration_ns)
    yield "project", record.project
    yield "group", record.group
    yield "folder", record.cwd
    yield "host", record.host
    yield (
        "log",
        f"{record.lines} lines, {record.size} bytes ({brief_size(record.size)})",
    )
    yield "terminal", "yes" if record.tty else ""
    yield "merged", "yes" if record.merged else ""
    if record.gaps:
        yield "gaps", f"{record.gaps}, {record.gap_bytes} bytes could not be kept"
    for name, facts in (("meta", record.meta), ("ci", record.ci)):
        yield name, ", ".join(f"{key}={value}" for key, value in facts.items())
    yield "parent", record.parent_run_id
    yield "conflict", "two recorders used this id" if record.conflicted else ""
    yield "delivered", _delivery(record)
    if record.receipt is not None:
        yield "frames", str(record.receipt["frames"])
        yield "chain", str(record.receipt["chain"])
        yield "sha256 stdout", str(record.receipt["sha256_stdout"])
        yield "sha256 stderr", str(record.receipt["sha256_stderr"])
    yield "file", record.path
    yield "url", record.url


def _delivery(record: RunRecord) -> str:
    if record.delivered:
        holder = record.receipt and record.receipt["acknowledged_by"]
        return f"yes, {holder} holds every frame" if holder else "yes"
    if record.place == "server":
        return "not closed yet by its recorder"
    return "no; `swiftlog sync` delivers it when a server is set"


def _print_card(console: Console, log: RunLog, record: RunRecord) -> None:
    from swiftlog_cli.explaining import card_of

    card = card_of(log, record, width=console.width, color=console.color)
    if card:
        console.line()
        console.line(card)
