"""`swiftlog explain`."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from typing import TYPE_CHECKING, Final

import click

from swiftlog_cli.files import find_file, is_spool
from swiftlog_cli.options import RunReference, json_option, local_option

if TYPE_CHECKING:
    from swiftlog_cli.console import Console
    from swiftlog_core.config import ClientConfig
    from swiftlog_core.events import ExitStatus, Finding
    from swiftlog_core.explain.api import Explanation
    from swiftlog_core.explain.source import LogSource

MAX_JSON_LINES: Final = 100
MAX_FINDINGS: Final = 20
STDIN: Final = "-"


@click.command(
    "explain",
    epilog="""\b
Examples:
  swiftlog explain last
  swiftlog explain build.log
  make 2>&1 | swiftlog explain -
  swiftlog explain build.log --baseline green.log --json
  swiftlog explain build.log --json-lines | jq '.[0]'

Works on this machine, with no server and no model.""",
)
@click.argument("reference", metavar="RUN|FILE|-", type=RunReference())
@json_option
@click.option(
    "--json-lines",
    is_flag=True,
    help="Print a JSON list of line numbers, most telling first, at most 100.",
)
@click.option(
    "--baseline",
    "baselines",
    multiple=True,
    metavar="RUN|FILE",
    type=RunReference(),
    help="A log of a run that passed: what it says is no news. Repeatable.",
)
@click.option("--offline", is_flag=True, help="Ask no server and no model.")
@local_option
def command(
    reference: str,
    as_json: bool,
    json_lines: bool,
    baselines: tuple[str, ...],
    offline: bool,
    local: bool,
) -> None:
    """Say why a run, or whatever printed the log in FILE, failed."""
    from swiftlog_cli.console import Console
    from swiftlog_core.config import resolve
    from swiftlog_core.explain.api import explain

    config = resolve({})
    with ExitStack() as stack:
        sources = _Sources(config, stack, local=local or offline)
        source = sources.open(reference)
        exit_status, argv = sources.exit_status, sources.argv
        explanation = explain(
            source,
            baselines=[sources.open(other) for other in baselines],
            exit_status=exit_status,
            command=argv,
        )
    console = Console(config.environ)
    if json_lines:
        console.line(str(list(explanation.ranked[:MAX_JSON_LINES])))
    elif as_json:
        console.json(as_dict(explanation))
    else:
        show(console, explanation)


class _Sources:
    """Opens logs of every kind; the last run opened leaves how it ended."""

    def __init__(self, config: ClientConfig, stack: ExitStack, *, local: bool) -> None:
        self._config = config
        self._stack = stack
        self._local = local
        self.exit_status: ExitStatus | None = None
        self.argv: tuple[str, ...] = ()

    def open(self, reference: str) -> LogSource:
        from swiftlog_core.explain.source import BytesSource, FileSource

        self.exit_status, self.argv = None, ()
        if reference == STDIN:
            return BytesSource(sys.stdin.buffer.read())
        path = find_file(reference)
        if path is not None and not is_spool(path):
            return FileSource(path)
        from swiftlog_cli.explaining import RunSource, exit_of
        from swiftlog_cli.references import open_run

        log = open_run(reference, self._config, local=self._local)
        self._stack.callback(log.close)
        record = log.record()
        self.exit_status, self.argv = exit_of(record), record.argv
        return RunSource(log)


def as_dict(explanation: Explanation) -> dict[str, object]:
    """Return *explanation* as ``--json`` prints it."""
    excerpt = explanation.excerpt
    return {
        "failed": explanation.failed,
        "findings": [finding._asdict() for finding in explanation.findings],
        "excerpt": [line._asdict() for line in excerpt.lines],
        "ranked": list(explanation.ranked),
        "fingerprint": explanation.fingerprint,
        "news": list(explanation.news),
        "divergence": explanation.divergence,
        "counts": explanation.counts._asdict(),
    }


def show(console: Console, explanation: Explanation) -> None:
    """Print *explanation* for a person."""
    from swiftlog_core.card import render_card

    if explanation.failed:
        card = render_card(explanation, console.width, color=console.color)
        console.line(card or "It failed, and its log does not say why.")
    else:
        console.line("Nothing in this log says that something failed.")
    severity = "error" if explanation.failed else "warning"
    findings = [f for f in explanation.findings if f.severity == severity]
    if len(findings) > 1 or (findings and not explanation.failed):
        console.line()
        rows = [_row(finding) for finding in findings[:MAX_FINDINGS]]
        console.table(("LINE", "TOOL", "WHERE", severity.upper()), rows)
        if len(findings) > MAX_FINDINGS:
            more = len(findings) - MAX_FINDINGS
            console.line(f"and {more} more; --json lists them all")
    if explanation.divergence:
        news = len(explanation.news)
        console.line()
        console.line(
            f"First line that no baseline has: {explanation.divergence} ({news} in all)"
        )


def _row(finding: Finding) -> tuple[str, str, str, str]:
    place = ":".join(str(part) for part in (finding.file, finding.line) if part)
    return str(finding.first_line), finding.tool, place, finding.message
