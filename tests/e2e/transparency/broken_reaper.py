"""A wrapper broken on purpose: it kills what the command leaves behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

if __name__ == "__main__":
    child = subprocess.Popen(sys.argv[1:], process_group=0)
    code = child.wait()
    try:
        os.killpg(child.pid, signal.SIGKILL)
    except ProcessLookupError:
        sys.exit(code)
    sys.exit(code)
