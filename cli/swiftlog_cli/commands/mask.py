"""`swiftlog mask`."""

from __future__ import annotations

import sys

import click

from swiftlog_cli.console import remark

SOCKET_VARIABLE = "SWIFTLOG_MASK_SOCKET"


@click.group("mask")
def command() -> None:
    """Hide values in the log of the run around us."""


@command.command(
    "add",
    epilog="""\b
Examples, inside a command that `swiftlog run` runs:
  fetch-password | swiftlog mask add
  swiftlog mask add --name DB_PASSWORD < password.txt
  swiftlog mask add --env DB_PASSWORD

It returns when the value is hidden in everything printed from then on. The value is
read from standard input or the environment: arguments can be seen by everyone.""",
)
@click.option("--name", default="", help="What to call it; never the value.")
@click.option("--env", "variable", metavar="NAME", help="Take this variable's value.")
def add(name: str, variable: str | None) -> None:
    """Hide a value, read from standard input, in the log from now on.

    A value of several lines is hidden as a whole and line by line. One newline at
    its end does not count.
    """
    from swiftlog_core.config import resolve
    from swiftlog_core.errors import UsageError
    from swiftlog_core.recorder.mask_socket import send_mask

    environ = resolve({}).environ
    path = environ.get(SOCKET_VARIABLE, "")
    if not path:
        message = (
            "no run around us; call this inside a command that `swiftlog run` runs"
        )
        raise UsageError(message)
    if variable is None:
        value = sys.stdin.buffer.read().removesuffix(b"\n").removesuffix(b"\r")
    elif variable in environ:
        value = environ[variable].encode("utf-8", "surrogateescape")
    else:
        message = f"there is no environment variable {variable}"
        raise UsageError(message)
    if not value:
        message = "the value is empty"
        raise UsageError(message)
    reason = send_mask(path, name or variable or "", value)
    if reason:
        remark(f"not hidden: {reason}")
