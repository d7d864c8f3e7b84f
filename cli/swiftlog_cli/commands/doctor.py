"""`swiftlog doctor`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from swiftlog_cli import exits
from swiftlog_cli.console import Console
from swiftlog_cli.options import json_option

if TYPE_CHECKING:
    from collections.abc import Iterator

    from swiftlog_cli.checks import Check
    from swiftlog_core.config import ClientConfig
    from swiftlog_core.errors import ConfigError


@click.command(
    "doctor",
    epilog="""\b
Examples:
  swiftlog doctor
  swiftlog doctor --secrets    # in CI, with the settings of a real run
  swiftlog doctor --json | jq -r '.[] | select(.level != "ok") | .advice'

The exit code is 69 when something that SwiftLog needs does not work, and 65 when a
secret of the self-test was found where it must not be.""",
)
@click.option(
    "--secrets",
    is_flag=True,
    help="Send canaries in all forms through the whole real path and look for them.",
)
@json_option
def command(secrets: bool, as_json: bool) -> int:
    """Check what works, what does not, and what to do."""
    from swiftlog_cli.checks import FAIL
    from swiftlog_core.config import resolve

    # What is wrong with the settings is a finding, not the end.
    problems: list[ConfigError] = []
    config = resolve({}, problems=problems)
    console = Console(config.environ)
    found: list[Check] = []
    for check in _checks(config, problems, secrets=secrets):
        found.append(check)
        if not as_json:
            _print(console, check)
    if as_json:
        console.json([check._asdict() for check in found])
    failed = [check for check in found if check.level == FAIL]
    if any(check.name == "secrets" for check in failed):
        return exits.DATA
    return exits.UNAVAILABLE if failed else exits.OK


def _checks(
    config: ClientConfig, problems: list[ConfigError], *, secrets: bool
) -> Iterator[Check]:
    from swiftlog_cli.checks import FAIL, Check, local_checks
    from swiftlog_cli.server_checks import server_checks

    for problem in problems:
        yield Check(
            "settings", FAIL, str(problem), "correct it; until then it is not used"
        )
    yield from local_checks(config)
    yield from server_checks(config)
    if secrets:
        from swiftlog_cli.secrets_check import secrets_checks

        yield from secrets_checks(config)


def _print(console: Console, check: Check) -> None:
    level = console.styled(check.level.ljust(4), check.level)
    console.line(f"{level}  {check.name}: {check.text}")
    if check.advice:
        console.line(f"      {console.styled('→ ' + check.advice, 'title')}")
