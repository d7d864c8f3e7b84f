"""`swiftlog explain`."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from swiftlog_cli.files import find_file, is_pipe, is_spool
from swiftlog_cli.options import (
    RunReference,
    given_flags,
    json_option,
    local_option,
    setting_options,
)
from swiftlog_cli.reporting import Subject, has_model, report_as_dict, report_of

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
  swiftlog explain last --report >report.md

Works on this machine, with no server and no model. When a model is set
(SWIFTLOG_OPENAI_BASE_URL or SWIFTLOG_OPENAI_API_KEY), it is asked too: what it says
stands below, as far as the log's lines prove it.""",
    params=setting_options("explain"),
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
@click.option("--report", is_flag=True, help="Print the report, in Markdown.")
@click.option(
    "--diff",
    metavar="FILE",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A diff, or its summary, that the model is shown too.",
)
@click.option("--offline", is_flag=True, help="Ask no server and no model.")
@local_option
def command(
    *,
    reference: str,
    as_json: bool,
    json_lines: bool,
    baselines: tuple[str, ...],
    report: bool,
    diff: Path | None,
    offline: bool,
    local: bool,
    **settings: Any,  # noqa: ANN401 - click's
) -> None:
    """Say why a run, or whatever printed the log in FILE, failed."""
    from swiftlog_cli.console import Console, remark
    from swiftlog_core.config import resolve
    from swiftlog_core.explain.api import explain

    config = resolve(given_flags(settings))
    with ExitStack() as stack:
        sources = _Sources(config, stack, local=local or offline)
        source = sources.open(reference)
        exit_status, argv, branch = sources.exit_status, sources.argv, sources.branch
        explanation = explain(
            source,
            baselines=[sources.open(other) for other in baselines],
            exit_status=exit_status,
            command=argv,
        )
    console = Console(config.environ)
    if json_lines:
        console.line(str(list(explanation.ranked[:MAX_JSON_LINES])))
        return
    subject = Subject(argv, exit_status, branch, diff)
    if as_json:
        written = report_of(explanation, subject, config, offline=offline)
        console.json({**as_dict(explanation), "report": report_as_dict(written)})
    elif report:
        written = report_of(explanation, subject, config, offline=offline)
        console.line(written.markdown.rstrip("\n"))
    else:
        show(console, explanation)
        if explanation.failed and has_model(config) and not offline:
            written = report_of(explanation, subject, config, offline=False)
            if written.model is not None:
                console.line(f"\n{written.model.markdown.rstrip()}")
            else:
                remark(written.note)


class _Sources:
    """Opens logs of every kind; the last run opened leaves how it ended."""

    def __init__(self, config: ClientConfig, stack: ExitStack, *, local: bool) -> None:
        self._config = config
        self._stack = stack
        self._local = local
        self.exit_status: ExitStatus | None = None
        self.argv: tuple[str, ...] = ()
        self.branch = ""

    def open(self, reference: str) -> LogSource:
        from swiftlog_core.explain.source import BytesSource, FileSource

        self.exit_status, self.argv, self.branch = None, (), ""
        if reference == STDIN:
            return BytesSource(sys.stdin.buffer.read())
        path = find_file(reference)
        if path is not None and is_pipe(path):
            return BytesSource(path.read_bytes())
        if path is not None and not is_spool(path):
            return FileSource(path)
        from swiftlog_cli.explaining import RunSource, exit_of
        from swiftlog_cli.references import open_run

        log = open_run(reference, self._config, local=self._local)
        self._stack.callback(log.close)
        record = log.record()
        self.exit_status, self.argv = exit_of(record), record.argv
        self.branch = record.ci.get("branch", "")
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
