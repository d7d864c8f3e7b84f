"""`swiftlog runs`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from swiftlog_cli.console import Console, remark
from swiftlog_cli.options import json_option, local_option
from swiftlog_cli.records import brief_duration, brief_size, brief_time, iso
from swiftlog_cli.wanted import Wanted
from swiftlog_core.events import STATUSES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from swiftlog_cli.records import RunRecord
    from swiftlog_core.config import ClientConfig

COLUMNS = ("RUN", "STATUS", "EXIT", "STARTED", "TOOK", "LINES", "SIZE", "WHERE")
LEFT_OUT_WHEN_NARROW = ("SIZE", "WHERE")
NARROW = 120  # columns of the terminal, under which the command needs the room


@click.command(
    "runs",
    epilog="""\b
Examples:
  swiftlog runs
  swiftlog runs --status failed --limit 5
  swiftlog runs --local --json | jq -r '.[0].id'

With a server set, its runs are listed; --local lists this machine's.""",
)
@local_option
@click.option(
    "--limit",
    default=30,
    show_default=True,
    type=click.IntRange(1, 100_000),
    metavar="N",
    help="At most so many.",
)
@click.option("--project", default="", metavar="NAME", help="Only this project's.")
@click.option("--group", default="", metavar="NAME", help="Only this group's.")
@click.option("--status", type=click.Choice(STATUSES), help="Only runs that are so.")
@json_option
def command(
    local: bool, limit: int, project: str, group: str, status: str | None, as_json: bool
) -> None:
    """List runs, newest first."""
    from swiftlog_cli.references import has_server
    from swiftlog_core.config import resolve

    config = resolve({})
    wanted = Wanted(limit, project, group, status or "")
    on_server = not local and has_server(config)
    records = list(_on_server(config, wanted) if on_server else _local(config, wanted))
    console = Console(config.environ)
    if as_json:
        console.json([record.as_json() for record in records])
    elif records:
        _print_table(console, records)
    else:
        remark("no runs; `swiftlog run -- CMD` makes one")


def _print_table(console: Console, records: list[RunRecord]) -> None:
    columns = (*COLUMNS, "COMMAND")
    narrow = console.is_terminal and console.width < NARROW
    kept = [
        index
        for index, column in enumerate(columns)
        if not (narrow and column in LEFT_OUT_WHEN_NARROW)
    ]
    rows = [_row(record, local_time=console.is_terminal) for record in records]
    console.table(
        [columns[index] for index in kept],
        [[row[index] for index in kept] for row in rows],
    )


def _row(record: RunRecord, *, local_time: bool) -> tuple[str, ...]:
    where = "server" if record.place == "server" else "here"
    started = iso(record.started_ns)
    return (
        record.short_id,
        record.status,
        "" if record.exit_code is None else str(record.exit_code),
        brief_time(record.started_ns) if local_time else started,
        brief_duration(record.duration_ns),
        str(record.lines),
        brief_size(record.size),
        "here+server" if record.place == "local" and record.delivered else where,
        record.command,
    )


def _local(config: ClientConfig, wanted: Wanted) -> Iterator[RunRecord]:
    from swiftlog_cli.runlogs import record_of
    from swiftlog_core.library.index import local_runs
    from swiftlog_core.library.places import known_runs_dirs

    left = wanted.limit
    for run in local_runs(known_runs_dirs(config)):
        if run.damage:
            remark(f"{run.path}: {run.damage}")
            continue
        record = record_of(run)
        if wanted.fits(record):
            left -= 1
            yield record
        if not left:
            return


def _on_server(config: ClientConfig, wanted: Wanted) -> Iterator[RunRecord]:
    from swiftlog_cli.server_runlogs import server_runs
    from swiftlog_core.errors import ServerUnreachableError

    try:
        yield from server_runs(config, wanted)
    except ServerUnreachableError:
        remark("the server's runs cannot be listed; `swiftlog runs --local` lists ours")
        raise
