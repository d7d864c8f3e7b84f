"""Explain the run that was just recorded, for its user's terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from swiftlog_core.card import render_card
from swiftlog_core.explain.api import explain
from swiftlog_core.library.text import SpoolText

if TYPE_CHECKING:
    from pathlib import Path

    from swiftlog_core.events import ExitStatus, RunInfo
    from swiftlog_core.recorder.plan import RecorderPlan


def card_of(
    path: Path, info: RunInfo, exit_status: ExitStatus, plan: RecorderPlan
) -> str:
    """Return the card of the run in the spool at *path*; empty when it is silent."""
    explanation = explain(SpoolText(path), exit_status=exit_status, command=info.argv)
    card = render_card(explanation, plan.width, color=plan.color, run_id=plan.run_id)
    return f"{card}\n" if card else ""
