"""What the pump tells the recorder at its fork, and the words that come back.

No behaviour and no heavy import: the pump has this module loaded while the command
is about to start.
"""

from __future__ import annotations

import os

TYPE_CHECKING = False  # type checkers take it for typing's, which is not imported
if TYPE_CHECKING:
    from collections.abc import Sequence

    from swiftlog_core.config import ClientConfig

DONE = 16  # a JSON object: see Summary in swiftlog_core.session
CARD = 17  # a part of the explanation, ready to be printed
NOTE = 18  # one sentence for the user


class RecorderPlan:
    """One run, as its recorder needs to know it. Texts are not masked yet.

    ``started_ns`` is the wall clock and ``start_ns`` the monotonic one at the run's
    start. ``attempt`` counts recorders of this run, from 0.
    """

    __slots__ = (
        "argv",
        "attempt",
        "color",
        "config",
        "cwd",
        "mask_socket",
        "run_id",
        "start_ns",
        "started_ns",
        "tty",
        "width",
    )

    def __init__(
        self,
        run_id: str,
        argv: Sequence[str],
        cwd: str,
        config: ClientConfig,
    ) -> None:
        """Take what the user asked for; the session fills in the rest."""
        self.run_id = run_id
        self.argv = list(argv)
        self.cwd = cwd
        self.config = config
        self.tty = False
        self.attempt = 0
        self.started_ns = 0
        self.start_ns = 0
        self.mask_socket = ""
        self.width = 80
        self.color = False

    def facts(self) -> list[str]:
        """Return, as texts, what only the pump knows of the run."""
        numbers = (self.started_ns, self.start_ns, self.width)
        flags = (self.tty, self.color)
        return [
            self.run_id,
            self.mask_socket,
            *map(str, numbers),
            *("1" if flag else "" for flag in flags),
        ]

    def take_facts(self, facts: Sequence[str]) -> None:
        """Take what ``facts`` gave in another process."""
        self.run_id, self.mask_socket = facts[:2]
        self.started_ns, self.start_ns, self.width = map(int, facts[2:5])
        self.tty, self.color = map(bool, facts[5:])


def make_plan(config: ClientConfig, argv: Sequence[str]) -> RecorderPlan:
    """Return what the user asked for, without what only the pump knows."""
    try:
        cwd = os.getcwd()  # noqa: PTH109 - pathlib costs start-up time
    except OSError:
        cwd = config.environ.get("PWD", "")  # the folder was removed
    return RecorderPlan("", argv, cwd, config)
