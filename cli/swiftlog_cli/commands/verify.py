"""`swiftlog verify`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from swiftlog_cli import exits
from swiftlog_cli.console import Console
from swiftlog_cli.options import json_option, run_argument
from swiftlog_cli.records import receipt_as_json
from swiftlog_core.errors import FrameError, SpoolCorruptError, VerifyError

if TYPE_CHECKING:
    from swiftlog_core.config import ClientConfig
    from swiftlog_core.errors import SwiftLogError
    from swiftlog_core.events import Receipt


@click.command(
    "verify",
    epilog="""\b
Examples:
  swiftlog verify last
  swiftlog verify build.slog
  swiftlog verify RUN --server    # the copy on the server

Every frame is hashed anew and must continue the one before; the end must be what
the run's receipt says. The exit code is 65 when something does not check.""",
)
@run_argument
@click.option("--server", "remote", is_flag=True, help="Prove the server's copy.")
@json_option
def command(reference: str, remote: bool, as_json: bool) -> int:
    """Prove the stored log of RUN against its receipt."""
    from swiftlog_core.config import resolve

    config = resolve({})
    console = Console(config.environ)
    try:
        receipt = _prove(reference, config, remote=remote)
    except (VerifyError, SpoolCorruptError, FrameError) as error:
        if not as_json:
            raise
        console.json({"ok": False, "error": str(error), "frame": _frame_of(error)})
        return exits.DATA
    if as_json:
        console.json({"ok": True, "receipt": receipt_as_json(receipt)})
    else:
        console.facts(
            (key.replace("_", " "), str(value))
            for key, value in receipt_as_json(receipt).items()
        )
        console.line(console.styled("ok", "ok"))
    return exits.OK


def _prove(reference: str, config: ClientConfig, *, remote: bool) -> Receipt:
    """Return the receipt that the stored frames give; raise what does not check."""
    from swiftlog_cli.files import find_file
    from swiftlog_cli.references import find_local, has_server
    from swiftlog_core.errors import RunNotFoundError
    from swiftlog_core.library.verify import verify_spool
    from swiftlog_core.stream.spool import Spool

    path = find_file(reference) or find_local(reference, config)
    if path is not None and not path.is_file():
        raise RunNotFoundError(reference)
    if path is None and not has_server(config):
        raise RunNotFoundError(reference)
    if path is None:
        return _prove_on_server(reference, None, config)
    with Spool.read(path) as spool:
        if not remote:
            return verify_spool(spool)
        closing = spool.closing
        known = closing.receipt if closing else None
        return _prove_on_server(spool.info.run_id, known, config)


def _prove_on_server(
    reference: str, known: Receipt | None, config: ClientConfig
) -> Receipt:
    """Fetch the server's frames and prove them against *known*, our own receipt.

    Without one, against the server's.
    """
    from swiftlog_cli.server_runlogs import open_server_run, receipt_of
    from swiftlog_core.errors import UsageError
    from swiftlog_core.library.verify import verify

    log = open_server_run(reference, config)
    try:
        record = log.record()
        receipt = known or receipt_of(record)
        if receipt is None:
            message = (
                f"run {record.id} has no receipt yet: its client has not closed it"
            )
            raise UsageError(message)
        return verify(log.frames(), receipt)
    finally:
        log.close()


def _frame_of(error: SwiftLogError) -> int | None:
    """Return the first frame that does not check, where the error knows it."""
    if isinstance(error, SpoolCorruptError):
        return error.good_frames + 1
    seq = getattr(error, "seq", None)
    return seq if isinstance(seq, int) else None
