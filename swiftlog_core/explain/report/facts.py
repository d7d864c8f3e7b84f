"""What a report is made from besides the log, and the statements it is made of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from swiftlog_core.explain.report.markdown import citation

if TYPE_CHECKING:
    from swiftlog_core.events import ExitStatus

SUMMARY: Final = "Summary"
ERRORS: Final = "Errors"
WARNINGS: Final = "Warnings"
RECOMMENDATIONS: Final = "Recommendations"
SECTIONS: Final = (SUMMARY, ERRORS, WARNINGS, RECOMMENDATIONS)
RUN: Final = "[run]"  # cites the run's own record: command, exit status, cause


class RunFacts(NamedTuple):
    """What is known of a run besides its log; all of it untrusted but the status.

    ``exit_status`` is None for a text file and for a run that goes on. ``diff`` is a
    diff or its summary, which only a model sees.
    """

    command: tuple[str, ...] = ()
    exit_status: ExitStatus | None = None
    branch: str = ""
    diff: str = ""


class Statement(NamedTuple):
    """One statement of a report: Markdown already, and the log lines it rests on.

    With ``first_line`` 0 it rests on the run's record.
    """

    section: str
    markdown: str
    first_line: int = 0
    last_line: int = 0

    @property
    def cited(self) -> str:
        """The statement with its citation."""
        mark = citation(self.first_line, self.last_line) if self.first_line else RUN
        return f"{self.markdown} {mark}"
