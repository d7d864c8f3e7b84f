"""`swiftlog prune`."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import click

from swiftlog_cli.console import Console, remark
from swiftlog_cli.options import json_option
from swiftlog_cli.records import brief_size

if TYPE_CHECKING:
    from swiftlog_core.library.prune import Pruned


@click.command(
    "prune",
    epilog="""\b
Examples:
  swiftlog prune --dry-run
  swiftlog prune
  swiftlog prune --all-delivered

A delivered run stays for 7 days, and all of them within 1 GiB. A run that no server
has is the only copy: it stays until you say otherwise.""",
)
@click.option("--dry-run", is_flag=True, help="Only say what would be deleted.")
@click.option(
    "--all-delivered", is_flag=True, help="Every delivered run, whatever its age."
)
@click.option(
    "--undelivered",
    is_flag=True,
    help="Old runs that no server has, too: those are the only copies.",
)
@json_option
def command(
    dry_run: bool, all_delivered: bool, undelivered: bool, as_json: bool
) -> None:
    """Delete old runs that a server has from this machine."""
    from swiftlog_core.config import resolve
    from swiftlog_core.library.places import known_runs_dirs
    from swiftlog_core.library.prune import KEEP_BYTES, KEEP_SECONDS, prune

    config = resolve({})
    pruned = prune(
        known_runs_dirs(config),
        time.time(),
        keep_seconds=0 if all_delivered else KEEP_SECONDS,
        keep_bytes=-1 if all_delivered else KEEP_BYTES,
        undelivered_too=undelivered,
        dry_run=dry_run,
    )
    console = Console(config.environ)
    if as_json:
        console.json(_as_dict(pruned, dry_run=dry_run))
        return
    for run in pruned.removed:
        console.line(run.run_id)
    verb = "would be deleted" if dry_run else "deleted"
    left = pruned.delivered_left + pruned.undelivered_left
    remark(
        f"{len(pruned.removed)} runs {verb}, {brief_size(pruned.freed)}; "
        f"{brief_size(left)} stay"
    )
    if pruned.warning:
        remark(f"warning: {pruned.warning}")


def _as_dict(pruned: Pruned, *, dry_run: bool) -> dict[str, object]:
    return {
        "removed": [run.run_id for run in pruned.removed],
        "dry_run": dry_run,
        "freed_bytes": pruned.freed,
        "delivered_bytes": pruned.delivered_left,
        "undelivered_bytes": pruned.undelivered_left,
        "warning": pruned.warning,
    }
