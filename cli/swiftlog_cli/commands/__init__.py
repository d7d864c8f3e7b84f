"""The table of commands: `swiftlog --help` needs no more than this.

A command NAME lives in the module of the same name, as ``command``, a click command.
"""

from __future__ import annotations

from typing import Final, NamedTuple


class Entry(NamedTuple):
    """One command: its heading in the help, and one line on what it does."""

    heading: str
    summary: str


RECORD: Final = "Record"
READ: Final = "Read"
KEEP: Final = "Keep"
SET_UP: Final = "Set up"

COMMANDS: Final = {
    "run": Entry(RECORD, "Run a command; keep, stream and explain what it prints."),
    "pipe": Entry(RECORD, "Record what is piped in, and pass it on."),
    "mask": Entry(RECORD, "Hide a value in the log of the run around us."),
    "runs": Entry(READ, "List runs, newest first."),
    "show": Entry(READ, "Show all that is known of a run, and why it failed."),
    "logs": Entry(READ, "Print a run's log, or part of it."),
    "watch": Entry(READ, "Follow a run and exit with its exit code."),
    "explain": Entry(READ, "Say why a run or any log failed."),
    "sync": Entry(KEEP, "Deliver what earlier runs left undelivered."),
    "verify": Entry(KEEP, "Prove a stored log against its receipt."),
    "prune": Entry(KEEP, "Delete old runs from this machine."),
    "login": Entry(SET_UP, "Remember a server and its token."),
    "config": Entry(SET_UP, "Read and change settings."),
    "doctor": Entry(SET_UP, "Check what works, what does not, and what to do."),
    "server": Entry(SET_UP, "Start a server in this terminal."),
    "admin": Entry(SET_UP, "Make tokens and migrate the server's database."),
    "plugins": Entry(SET_UP, "List the plugins, and check that they load."),
    "completion": Entry(SET_UP, "Print the completion script of a shell."),
    "version": Entry(SET_UP, "Print the version."),
}
