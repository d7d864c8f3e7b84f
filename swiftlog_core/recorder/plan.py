"""What the pump tells the recorder at its fork, and the words that come back.

No behaviour and no heavy import: the pump has this module loaded while the command
is about to start.
"""

from __future__ import annotations

import os

from swiftlog_core.capture.link import LAST_WORD, URGENT

TYPE_CHECKING = False  # type checkers take it for typing's, which is not imported
if TYPE_CHECKING:
    from collections.abc import Sequence

    from swiftlog_core.config import ClientConfig

DONE = LAST_WORD  # a JSON object: see Summary in swiftlog_core.session
CARD = 17  # a part of the explanation, ready to be printed
NOTE = 18  # one sentence for the user
MASK = URGENT  # a part of a value that was told while the command runs

_PART = 3800  # bytes; a status message is at most 4,000
_FIRST, _LAST = 1, 2  # flags in the first byte of a part


class RecorderPlan:
    """One run, as its recorder needs to know it. Texts are not masked yet.

    ``started_ns`` is the wall clock and ``start_ns`` the monotonic one at the run's
    start. ``attempt`` counts recorders of this run, from 0. ``told`` are the masks
    that earlier ones were told while the command ran; they are kept in memory only.
    """

    __slots__ = (
        "_parts",
        "argv",
        "attempt",
        "color",
        "config",
        "cwd",
        "mask_socket",
        "run_id",
        "start_ns",
        "started_ns",
        "told",
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
        self.told: dict[tuple[str, bytes], None] = {}
        self._parts = bytearray()

    def hear(self, kind: int, body: bytes) -> None:
        """Take what a recorder says for its successor: what ``mask_parts`` gave."""
        if kind != MASK:
            return
        if body[0] & _FIRST:
            self._parts = bytearray()  # its predecessor may have died between parts
        self._parts += body[1:]
        if body[0] & _LAST:
            name, _, value = bytes(self._parts).partition(b"\0")
            self.told[name.decode(), value] = None
            self._parts = bytearray()

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


def mask_parts(name: str, value: bytes) -> list[bytes]:
    """Return the bodies of the ``MASK`` messages that tell a value, in order."""
    data = name.replace("\0", "_").encode("utf-8", "replace") + b"\0" + value
    starts = range(0, len(data), _PART)
    return [
        bytes((_FIRST * (at == 0) | _LAST * (at == starts[-1]),))
        + data[at : at + _PART]
        for at in starts
    ]


def make_plan(config: ClientConfig, argv: Sequence[str]) -> RecorderPlan:
    """Return what the user asked for, without what only the pump knows."""
    try:
        cwd = os.getcwd()  # noqa: PTH109 - pathlib costs start-up time
    except OSError:
        cwd = config.environ.get("PWD", "")  # the folder was removed
    return RecorderPlan("", argv, cwd, config)
