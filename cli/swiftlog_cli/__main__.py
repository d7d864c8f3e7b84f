"""`python -m swiftlog_cli` is `swiftlog`."""

from __future__ import annotations

import sys

from swiftlog_cli.main import main

sys.exit(main())
