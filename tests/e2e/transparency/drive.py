"""Run cases behind one wrapper and print what was seen, as JSON; no threads here.

``python -m tests.e2e.transparency.drive KIND [WRAPPER WORDS...]`` with a class of
cases, one case, or ``all``.
"""

from __future__ import annotations

import json
import os
import select
import sys
import tempfile
from typing import TYPE_CHECKING

from tests.e2e.transparency.cases import Case, all_cases
from tests.e2e.transparency.stage import Observer

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tests.e2e.transparency.stage import Seen

AT_ONCE = 4


def observe_all(
    jobs: Iterable[tuple[Case, str]], wrapper: Sequence[str]
) -> dict[str, Seen]:
    """Run every (case, stage), a few at a time; most of them mostly wait."""
    waiting = list(jobs)
    running: dict[int, Observer] = {}
    seen: dict[str, Seen] = {}
    poller = select.poll()
    while waiting or running:
        while waiting and len(running) < AT_ONCE:
            observer = Observer(*waiting.pop(0), wrapper)
            running[observer.fd] = observer
            poller.register(observer.fd, select.POLLIN)
        for fd, _ in poller.poll():
            facts = running[fd].read()
            if facts is not None:
                poller.unregister(fd)
                observer = running.pop(fd)
                observer.close()
                seen[observer.name] = observer.case.compared(facts)
    return seen


def main() -> None:
    kind, *wrapper = sys.argv[1:]
    # Wrappers in Python are tried as they run for a user: compiled.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ["PYTHONPYCACHEPREFIX"] = tempfile.gettempdir() + "/swiftlog-kit-cache"
    os.environ["SHLVL"] = "1"
    jobs = [
        (case, stage)
        for case in all_cases()
        if kind in {"all", case.kind, case.path.stem}
        for stage in case.stages
    ]
    json.dump(observe_all(jobs, wrapper), sys.stdout, indent=1)


if __name__ == "__main__":
    main()
