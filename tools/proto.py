"""Rebuild the generated code of the wire and record what it was made from.

Run by `make proto` with the generator's own environment. The hashes of the
`.proto` and of every generated file go into ``GENERATED`` beside them, one line
each as `sha256sum` writes them; a house test compares. Formatters and linters
leave generated files alone, so equal hashes mean: nobody edited them, and nobody
changed the `.proto` and forgot to rebuild.
"""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

from grpc_tools import protoc  # type: ignore[import-not-found]  # in .venv-proto only

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "swiftlog_core" / "wire" / "v1"
PLUGINS = ("mypy", "mypy_grpc")
OUTPUTS = ("--python_out", "--grpc_python_out", "--mypy_out", "--mypy_grpc_out")


def main() -> int:
    """Generate, then hash; the exit code is the compiler's."""
    sources = sorted(FOLDER.glob("*.proto"))
    names = [str(source.relative_to(ROOT)) for source in sources]
    outputs = [f"{option}={ROOT}" for option in OUTPUTS]
    # The environment is not active, so its programs are not in PATH.
    programs = Path(sys.executable).parent
    plugins = [
        f"--plugin=protoc-gen-{p}={programs / f'protoc-gen-{p}'}" for p in PLUGINS
    ]
    failed = protoc.main(["protoc", f"-I{ROOT}", *plugins, *outputs, *names])
    if failed:
        return int(failed)
    files = [*sources, *sorted(FOLDER.glob("*_pb2*.py*"))]
    (FOLDER / "GENERATED").write_text(
        "".join(
            f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}\n"
            for file in files
        ),
        encoding="utf-8",
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
