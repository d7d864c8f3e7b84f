"""Write the reference pages that say what the code says, or check that they do.

`make reference` writes them; `make check` runs ``--check``, which changes nothing
and fails when a page differs from what the code gives. A page is a function that
returns Markdown; ``PAGES`` names them all.
"""

from __future__ import annotations

import difflib
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from tools.reference.commands import cli_page, exit_codes_page
from tools.reference.errors import errors_page
from tools.reference.rest import rest_page
from tools.reference.settings import server_settings_page, settings_page

if TYPE_CHECKING:
    from collections.abc import Callable

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "reference"
MADE = "% Made from the code by `make reference`; do not edit.\n\n"

PAGES: dict[str, Callable[[], str]] = {
    "cli.md": cli_page,
    "settings.md": settings_page,
    "server-settings.md": server_settings_page,
    "rest.md": rest_page,
    "errors.md": errors_page,
    "exit-codes.md": exit_codes_page,
}


def main(arguments: list[str]) -> int:
    """Write all pages, or with ``--check`` say which are stale."""
    stale = 0
    for name, make in PAGES.items():
        path = FOLDER / name
        old = path.read_text(encoding="utf-8") if path.exists() else ""
        new = MADE + make()
        if new == old:
            continue
        if "--check" in arguments:
            stale += 1
            lines = difflib.unified_diff(
                old.splitlines(), new.splitlines(), f"{name} as it is", "as the code is"
            )
            print("\n".join(list(lines)[:30]), file=sys.stderr)
        else:
            path.write_text(new, encoding="utf-8")
            print(f"wrote docs/reference/{name}")
    if stale:
        print("`make reference` rewrites these pages", file=sys.stderr)
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
