"""Run cases behind one wrapper and print what was seen, as JSON; no threads here.

``python -m tests.e2e.transparency.drive [--only CLASS] [WRAPPER WORDS...]``
"""

from __future__ import annotations

import json
import os
import sys
import tempfile

from tests.e2e.transparency.cases import STAGES, all_cases
from tests.e2e.transparency.stage import Seen, observe


def main() -> None:
    words = sys.argv[1:]
    only = ""
    if words[:1] == ["--only"]:
        only, words = words[1], words[2:]
    # Wrappers in Python are tried as they run for a user: compiled.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ["PYTHONPYCACHEPREFIX"] = tempfile.gettempdir() + "/swiftlog-kit-cache"
    seen: dict[str, Seen] = {}
    for case in all_cases():
        if only and case.kind != only and case.path.stem != only:
            continue
        for stage in STAGES:
            if stage in case.stages:
                facts = observe(case, words, stage)
                wanted = case.options.get("compare", "").split() or facts
                seen[f"{case.path.stem} {stage}"] = {
                    name: facts[name] for name in wanted if name in facts
                }
    json.dump(seen, sys.stdout, indent=1)


if __name__ == "__main__":
    main()
