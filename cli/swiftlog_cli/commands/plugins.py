"""`swiftlog plugins`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import click

from swiftlog_cli import exits
from swiftlog_cli.console import Console
from swiftlog_cli.options import json_option

if TYPE_CHECKING:
    from collections.abc import Iterator
    from importlib.metadata import EntryPoint

KINDS: Final = (
    "parsers",
    "explainers",
    "notifiers",
    "ci_providers",
    "forges",
    "log_stores",
)


class Plugin(NamedTuple):
    """One plugin: its kind, its name, and the package that brings it."""

    kind: str
    name: str
    package: str
    problem: str = ""


@click.command(
    "plugins",
    epilog="""\b
Examples:
  swiftlog plugins
  swiftlog plugins --check    # import each; 65 when one is broken

A package brings a plugin by an entry point in the group swiftlog.KIND.""",
)
@click.option("--check", is_flag=True, help="Import each, and name what is broken.")
@json_option
def command(check: bool, as_json: bool) -> int:
    """List the plugins that are built in and those that packages bring."""
    from swiftlog_core.config import resolve

    found = [*_built_in(), *_installed(check=check)]
    console = Console(resolve({}, problems=[]).environ)
    if as_json:
        console.json([plugin._asdict() for plugin in found])
    else:
        console.table(("KIND", "NAME", "FROM", "PROBLEM"), found)
    return exits.DATA if any(plugin.problem for plugin in found) else exits.OK


def _built_in() -> Iterator[Plugin]:
    from swiftlog_core.explain.parser import BUILT_IN
    from swiftlog_core.plugins import EXPLAINERS

    for kind, names in (("parsers", BUILT_IN), ("explainers", EXPLAINERS.builtin)):
        for name in sorted(names):
            yield Plugin(kind, name, "swiftlog")


def _installed(*, check: bool) -> Iterator[Plugin]:
    from importlib.metadata import entry_points

    for kind in KINDS:
        points = entry_points(group=f"swiftlog.{kind}")
        for point in sorted(points, key=lambda point: point.name):
            problem = _problem(point) if check else ""
            package = point.dist.name if point.dist else ""
            yield Plugin(kind, point.name, package, problem)


def _problem(point: EntryPoint) -> str:
    """Return why the plugin cannot be imported; empty when it can."""
    try:
        point.load()
    except Exception as error:  # noqa: BLE001 - a plugin may raise anything
        return f"{type(error).__name__}: {error}"
    return ""
