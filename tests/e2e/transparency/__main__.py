"""Print the table: who is transparent in what. ``--write FILE`` writes it, too."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from tests.e2e.transparency.compare import KINDS, differences, seen_behind
from tests.e2e.transparency.wrappers import BROKEN, PEERS, SWIFTLOG

if TYPE_CHECKING:
    from tests.e2e.transparency.compare import Seen

HEAD = """---
orphan: true
---

# Transparency

A command behind `swiftlog run` must behave as if it were not there.
The table counts the cases in which nothing differs from the bare command: output byte
by byte, exit code, and what the program itself can see and do.
Each case runs without a terminal, as in CI, and most also on one.
The last column is a wrapper that is broken on purpose in just that class: it shows that
the kit would notice.

Made by `python -m tests.e2e.transparency --write docs/transparency.md`.
The programs are in `tests/e2e/transparency/programs/`.
`tee` stands for `bash -c 'set -o pipefail; "$@" 2>&1 | tee FILE'`,
`script` for `script -qefc COMMAND FILE`.

What is known to differ and not counted: a process that is left behind and writes to a
*pipe* after more than a second of silence is not killed, but nobody reads its words;
`getppid` of an orphan gives the wrapper and not 1; on a terminal of its own the
command's parent is the session's leader; keys typed ahead and not read by the command
are not left for the next one.

"""


def _score(bare: Seen, wrapped: Seen) -> str:
    return f"{len(bare) - len(differences(bare, wrapped))}/{len(bare)}"


def table() -> str:
    """Run everything and give a Markdown table."""
    rows = ["| class | swiftlog run | tee | script | broken |", "|---|---|---|---|---|"]
    wrappers = [SWIFTLOG, PEERS["tee"], PEERS["script"]]
    sums = [0, 0, 0]
    total = 0
    for kind in KINDS:
        bare = seen_behind(kind, ())
        total += len(bare)
        cells = []
        for index, wrapper in enumerate(wrappers):
            wrapped = seen_behind(kind, tuple(wrapper), broken=index > 0)
            sums[index] += len(bare) - len(differences(bare, wrapped))
            cells.append(_score(bare, wrapped))
        cells.append(_score(bare, seen_behind(kind, tuple(BROKEN[kind]), broken=True)))
        rows.append(f"| {kind.replace('_', ' ')} | {' | '.join(cells)} |")
        print(rows[-1], flush=True)
    totals = " | ".join(f"**{count}/{total}**" for count in sums)
    rows.append(f"| **all** | {totals} | |")
    return "\n".join(rows) + "\n"


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        os.environ["SWIFTLOG_DATA_DIR"] = folder
        text = table()
    print(text.splitlines()[-1])
    if sys.argv[1:2] == ["--write"]:
        Path(sys.argv[2]).write_text(HEAD + text)


if __name__ == "__main__":
    main()
