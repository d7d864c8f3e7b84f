"""``python -m swiftlog_server``: the server without the command line package."""

from __future__ import annotations

import argparse
import sys

from swiftlog_core.errors import SwiftLogError
from swiftlog_server.app import main


def _run() -> int:
    parser = argparse.ArgumentParser(prog="swiftlog_server")
    parser.add_argument("--host")
    parser.add_argument("--grpc-port", type=int)
    parser.add_argument("--http-port", type=int)
    try:
        return main(**vars(parser.parse_args()))
    except SwiftLogError as error:
        sys.stderr.write(f"swiftlog: {error}\n")
        return 1


if __name__ == "__main__":
    sys.exit(_run())
