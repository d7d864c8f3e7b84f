"""Wrap a command with the capture alone: the pump without a recorder or a CLI."""

from __future__ import annotations

import os
import sys

from swiftlog_core.capture.pump import capture
from swiftlog_core.capture.spec import CaptureSpec


def main() -> int:
    words = sys.argv[1:]
    options: dict[str, object] = {}
    while words and words[0] != "--":
        name, _, value = words.pop(0).removeprefix("--").partition("=")
        if name == "pty":
            options[name] = value
        elif name == "merge":
            options["merge"] = True
        else:
            options[name.replace("-", "_") + "_seconds"] = float(value)
    spec = CaptureSpec(words[1:], os.environb, **options)  # type: ignore[arg-type]  # checked by use
    result = capture(spec)
    return result.exit_code


if __name__ == "__main__":
    code = main()
    os._exit(code)
