"""The entry point of `swiftlog`.

`swiftlog run` is parsed here, from the table of settings, without importing click:
click costs half of what a wrapped command may be delayed by. Everything else, and
`swiftlog run --help`, goes through ``swiftlog_cli.app``. The two parsers read the same
table, and a test compares them.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False  # type checkers take it for typing's, which is not imported
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from swiftlog_core.capture.spec import RecorderHandle
    from swiftlog_core.errors import ConfigError
    from swiftlog_core.recorder.plan import RecorderPlan

    Flags = Mapping[str, str | bool | Sequence[str]]


def main() -> int:
    """Do what ``sys.argv`` says and return the exit code."""
    arguments = sys.argv[1:]
    try:
        if arguments[:1] == ["run"] and not _asks_for_help(arguments[1:]):
            return run(arguments[1:])
        from swiftlog_cli.app import run_app

        return run_app(arguments)
    except BaseException as error:  # noqa: BLE001 - exits alone knows what it means
        from swiftlog_cli.exits import report

        return report(error)


def run(arguments: Sequence[str]) -> int:
    """Wrap the command in *arguments*, which may begin with flags of `run`."""
    from swiftlog_core.recorder.standby import stand_by

    # First of all, so that the recorder gets ready on another core meanwhile.
    standby = stand_by(lambda: _plan(arguments))
    flags, command = _parsed(arguments)
    return start(flags, command, standby)


def _parsed(arguments: Sequence[str]) -> tuple[Flags, list[str]]:
    from swiftlog_core.errors import UsageError
    from swiftlog_core.settings import parse_flags

    flags, command = parse_flags("run", arguments)
    if not command:
        message = "no command to run; like `swiftlog run -- make test`"
        raise UsageError(message)
    return flags, command


def _plan(arguments: Sequence[str]) -> RecorderPlan:
    """Read the same words in the recorder; what is wrong, the pump has said."""
    from swiftlog_core.config import resolve
    from swiftlog_core.recorder.plan import make_plan

    flags, command = _parsed(arguments)
    return make_plan(resolve(flags, problems=[]), command)


def start(
    flags: Flags, command: list[str], standby: RecorderHandle | None = None
) -> int:
    """Wrap *command* with the settings that *flags* and the surroundings give.

    Flags that do not fit raise ``ConfigError``. A wrong variable or a damaged file is
    only told of: the command must run whatever is wrong with SwiftLog.
    """
    from swiftlog_core.config import resolve

    problems: list[ConfigError] = []
    config = resolve(flags, problems=problems)
    from swiftlog_core.session import run_command, write_stderr

    if not config.on("quiet"):
        for problem in problems:
            write_stderr(f"swiftlog: passed over: {problem}\n")
    return run_command(config, command, standby)


def _asks_for_help(arguments: Sequence[str]) -> bool:
    """Tell whether a help flag stands among our own flags, before the command."""
    for word in arguments:
        if word == "--" or not word.startswith("-"):
            return False
        if word in ("--help", "-h"):
            return True
    return False
