"""Reports for commands: the model that the settings name, the masker, the JSON shape.

The writing itself is ``swiftlog_core.explain.report``; importing this module does not
import it.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

    from swiftlog_core.config import ClientConfig
    from swiftlog_core.events import ExitStatus
    from swiftlog_core.explain.api import Explanation
    from swiftlog_core.explain.report.asking import ModelAccess
    from swiftlog_core.explain.report.write import Report
    from swiftlog_core.stream.mask import Masker

FOLDER: Final = "explain"  # in the data folder: answers and the counter
MAX_DIFF_BYTES: Final = 1 << 20


class Subject:
    """What a report is about, besides its log."""

    __slots__ = ("branch", "command", "diff", "exit_status")

    def __init__(
        self,
        command: tuple[str, ...],
        exit_status: ExitStatus | None,
        branch: str = "",
        diff: Path | None = None,
    ) -> None:
        """Take what is known; *diff* is a file."""
        self.command = command
        self.exit_status = exit_status
        self.branch = branch
        self.diff = diff


def report_of(
    explanation: Explanation, subject: Subject, config: ClientConfig, *, offline: bool
) -> Report:
    """Write the report; with a model when one is set and *offline* does not forbid it.

    Raises ``ConfigError`` for a masks file, and ``OSError`` for a diff, that cannot be
    read.
    """
    from swiftlog_core.explain.report.facts import RunFacts
    from swiftlog_core.explain.report.write import write_report

    facts = RunFacts(
        subject.command,
        subject.exit_status,
        subject.branch,
        _text_of(subject.diff) if subject.diff else "",
    )
    return write_report(
        explanation,
        facts,
        masker=_masker(config),
        access=None if offline else _access(config),
    )


def has_model(config: ClientConfig) -> bool:
    """Tell whether the settings name a model that may be asked."""
    return bool(config.text("openai_base_url") or config.text("openai_api_key"))


def report_as_dict(report: Report) -> dict[str, object]:
    """Return *report* as ``--json`` prints it."""
    from swiftlog_core.explain.report.markdown import prose

    part = report.model
    model = None
    if part is not None:
        claims = [
            {**claim._asdict(), "text": prose(claim.text)} for claim in part.claims
        ]
        model = {
            "name": part.model,
            "claims": claims,
            "removed": len(part.dropped),
            "removed_for": list(part.dropped),
            "usage": part.usage._asdict(),
        }
    return {
        "markdown": report.markdown,
        "statements": [statement._asdict() for statement in report.statements],
        "model": model,
        "note": report.note,
    }


def _text_of(path: Path) -> str:
    with path.open("rb") as file:
        return file.read(MAX_DIFF_BYTES).decode("utf-8", "replace")


def _masker(config: ClientConfig) -> Masker:
    from swiftlog_core.stream.mask import (
        Masker,
        Secret,
        secrets_from_environment,
        secrets_from_file,
    )

    secrets = secrets_from_environment(config.environ, config.many("mask_env"))
    for name in ("token", "openai_api_key"):
        if config.text(name):
            value = os.fsencode(config.text(name))
            secrets.append(Secret(f"SWIFTLOG_{name.upper()}", value))
    if config.text("masks_file"):
        secrets += secrets_from_file(config.text("masks_file"))
    return Masker(secrets)


def _access(config: ClientConfig) -> ModelAccess | None:
    """Return the way to the model that is set; None when none is."""
    if not has_model(config):
        return None
    from swiftlog_core.explain.report.asking import DEFAULT_SECONDS, ModelAccess
    from swiftlog_core.explain.report.cache import FolderCache
    from swiftlog_core.explain.report.meter import FileMeter
    from swiftlog_core.interfaces import ExplainerSettings
    from swiftlog_core.plugins import EXPLAINERS

    settings = ExplainerSettings(
        base_url=config.text("openai_base_url"),
        api_key=config.text("openai_api_key"),
        model=config.text("openai_model"),
        temperature=config.number("openai_temperature"),
        max_tokens=int(config.number("openai_max_tokens")),
        retries=int(config.number("openai_retries")),
    )
    explainer = EXPLAINERS.load(config.text("explainer"))(settings)
    seconds = config.seconds("openai_timeout") or DEFAULT_SECONDS
    folder = _folder(config)
    if folder is None:
        return ModelAccess(explainer, seconds)
    meter = FileMeter(
        folder / "usage.ndjson",
        budget=int(config.number("openai_token_budget")),
        input_price=config.number("openai_input_price"),
        output_price=config.number("openai_output_price"),
    )
    return ModelAccess(explainer, seconds, FolderCache(folder / "answers"), meter)


def _folder(config: ClientConfig) -> Path | None:
    """Return where answers and counts are kept; None where nothing can be."""
    from swiftlog_core.errors import SpoolUnwritableError
    from swiftlog_core.library.places import choose_runs_dir

    try:
        return choose_runs_dir(config).parent / FOLDER
    except SpoolUnwritableError:
        return None
