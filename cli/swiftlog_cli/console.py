"""What commands print: tables, JSON and sentences, each fit for where it goes.

On a terminal, tables are drawn by rich and colours are used unless NO_COLOR is set;
into a pipe go plain tab-separated lines. Answers go to stdout, remarks to stderr.
Knows nothing of runs.
"""

from __future__ import annotations

import json
import os
import sys
from typing import TYPE_CHECKING, Final

from swiftlog_cli.exits import say
from swiftlog_core.stream.printable import printable_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import BinaryIO

DEFAULT_WIDTH: Final = 80
STYLES: Final[Mapping[str, str]] = {
    "success": "32",
    "ok": "32",
    "failed": "31",
    "fail": "31",
    "lost": "35",
    "cancelled": "33",
    "warn": "33",
    "running": "36",
    "title": "1",
    "dim": "2",
}


class Console:
    """The two streams of this process, and what they are."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        """Look at stdout; *environ* may hold NO_COLOR and TERM."""
        self.is_terminal = sys.stdout.isatty()
        plain = environ.get("NO_COLOR") or environ.get("TERM") == "dumb"
        self.color = self.is_terminal and not plain

    @property
    def width(self) -> int:
        """Columns of the terminal; 80 when there is none."""
        try:
            return os.get_terminal_size(sys.stdout.fileno()).columns or DEFAULT_WIDTH
        except (OSError, ValueError):
            return DEFAULT_WIDTH

    @property
    def binary(self) -> BinaryIO:
        """Standard output for bytes; what was printed as text before is out."""
        sys.stdout.flush()
        return sys.stdout.buffer

    def line(self, text: str = "") -> None:
        """Print one line of our own text."""
        print(text)

    def styled(self, text: str, style: str) -> str:
        """Return *text* in the colour of *style*; as it is without colours."""
        code = STYLES.get(style)
        return f"\x1b[{code}m{text}\x1b[0m" if self.color and code else text

    def json(self, value: object) -> None:
        """Print *value* as JSON: indented for a person, one line for a script."""
        print(json.dumps(value, indent=2 if self.is_terminal else None))

    def facts(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Print names and values, a line each; empty values are left out."""
        known = [(name, printable_text(value)) for name, value in pairs if value]
        width = max((len(name) for name, _ in known), default=0)
        for name, value in known:
            print(f"{self.styled(name.ljust(width), 'dim')}  {value}")

    def table(self, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """Print rows under their columns; a cell may be in a status's colour."""
        safe = [[printable_text(cell) for cell in row] for row in rows]
        if not self.is_terminal:
            for row in (columns, *safe):
                print("\t".join(cell.replace("\t", " ") for cell in row))
            return
        self._draw(columns, safe)

    def _draw(self, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        from rich.console import Console as RichConsole
        from rich.table import Table
        from rich.text import Text

        table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
        for index, column in enumerate(columns):
            # Only the last column gives way when the terminal is narrow.
            last = index == len(columns) - 1
            width = max(len(row[index]) for row in (columns, *rows))
            table.add_column(
                column,
                no_wrap=True,
                min_width=None if last else width,
                ratio=1 if last else None,
            )
        for row in rows:
            table.add_row(*(Text(cell, style=_rich_style(cell)) for cell in row))
        RichConsole(no_color=not self.color, highlight=False).print(table)


def remark(text: str) -> None:
    """Say something on stderr that is not part of the answer."""
    say(f"swiftlog: {text}")


def _rich_style(cell: str) -> str:
    names = {"31": "red", "32": "green", "33": "yellow", "35": "magenta", "36": "cyan"}
    return names.get(STYLES.get(cell, ""), "")
