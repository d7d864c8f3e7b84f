"""`make demo`: wrap a command that really fails, and show what SwiftLog does with it.

Ends with 0 when the demo went as promised: the command's exit code came through and
its whole log lies on this machine. What is printed in between is SwiftLog's own.
"""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
PROJECT = "demo"
SHOP = "docs/tutorial/shop"
FAILING = [sys.executable, "-m", "unittest", "discover", "-s", SHOP]
FAILED = 1  # what unittest ends with when a test fails


def say(text: str) -> None:
    """Print *text* at once, so that it stands in order with what commands print."""
    print(text, flush=True)


def swiftlog(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Return what `swiftlog` printed for *arguments*; end the demo if it failed."""
    done = subprocess.run(
        [str(BIN / "swiftlog"), *arguments],
        cwd=ROOT,
        check=False,
        stdout=subprocess.PIPE,
        text=True,
    )
    if done.returncode:
        sys.exit(f"demo: `swiftlog {shlex.join(arguments)}` gave {done.returncode}")
    return done


def main() -> int:
    """Run the demo; return 0 when all went as promised."""
    say("A program with a bug, and its tests, wrapped:\n")
    say(f"  $ swiftlog run -- python -m unittest discover -s {SHOP}\n")
    wrapped = [str(BIN / "swiftlog"), "run", "--project", PROJECT, "--", *FAILING]
    code = subprocess.run(wrapped, cwd=ROOT, check=False).returncode
    say(f"\nIt ended with {code}, the exit code of the tests.")
    if code != FAILED:
        say(f"demo: expected {FAILED}")
        return 1
    listed = swiftlog("runs", "--local", "--project", PROJECT, "--json").stdout
    newest = next(iter(json.loads(listed)), None)
    if newest is None or newest["exit_code"] != FAILED:
        say(f"demo: the run was not recorded as it was: {newest}")
        return 1
    say(f"Its whole log lies in {newest['path']}. Read it:\n")
    say(f"  {BIN.relative_to(ROOT)}/swiftlog logs {newest['id']}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
