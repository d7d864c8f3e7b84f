"""The cases: small programs, each with the class of state that it looks at.

A program is ``programs/<class>__<name>.sh`` or ``.py``. Comments at its top say how it
is driven; everything has a default:

``# stage: pipe``           pipe, terminal, or both (the default)
``# stdin: null``           null (default; a terminal's own on the terminal stage) or
                            pipe
``# pipe: 1``               on the terminal stage, these descriptors are pipes
``# closed: 1``             these descriptors are closed
``# fd: 7``                 this descriptor is a file that says ``inherited``
``# ignore: HUP``           these signals are ignored from the start
``# args: ["a b"]``         its arguments, in JSON
``# env: {"A": "b"}``       more environment, in JSON
``# copies: 4``             so many run at once
``# compare: exit``         only this is compared, not all that is seen
``# leaves: yes``           it leaves processes behind that hold its output
``# when TEXT: ACTION ARG`` when its output holds TEXT (or it is ``stopped`` or
                            ``ended``), do something: ``do_*`` in ``stage.Stage``
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

PROGRAMS = Path(__file__).parent / "programs"
STAGES = ("pipe", "terminal")


class Case:
    """One program and how it is driven."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.kind, self.name = path.stem.split("__")
        self.options: dict[str, str] = {}
        self.script: list[tuple[str, str, str]] = []
        for line in path.read_text().splitlines():
            if not line.startswith("#"):
                break
            if line.startswith("# ") and ": " in line:
                self._take(*line[2:].split(": ", 1))
        self.stages = tuple(self.options.get("stage", " ".join(STAGES)).split())

    def _take(self, key: str, value: str) -> None:
        if key.startswith("when "):
            action, _, argument = value.partition(" ")
            self.script.append((key.removeprefix("when "), action, argument))
        else:
            self.options[key] = value

    def numbers(self, key: str) -> tuple[int, ...]:
        """Give an option that lists descriptors."""
        return tuple(int(word) for word in self.options.get(key, "").split())

    def words(self) -> list[str]:
        """Give the command line."""
        runner = ["sh"] if self.path.suffix == ".sh" else [sys.executable, "-I"]
        arguments = json.loads(self.options.get("args", "[]"))
        return [*runner, str(self.path), *arguments]

    def compared(self, facts: dict[str, str]) -> dict[str, str]:
        """Give those of *facts* that count."""
        wanted = self.options.get("compare", "").split() or facts
        return {name: facts[name] for name in wanted if name in facts}

    def environment(self) -> dict[str, str]:
        """Give what is added to the environment."""
        found: dict[str, str] = json.loads(self.options.get("env", "{}"))
        return found


def all_cases() -> list[Case]:
    """Give all cases, sorted by class and name."""
    return [Case(path) for path in sorted(PROGRAMS.iterdir()) if "__" in path.stem]
