"""Keeps models' answers on this machine, so that the same question is asked once.

A folder of files, each named after the SHA-256 of its question, private to the user and
bounded in number and size. What is read from it is checked anew like any answer.
Nothing here raises: a cache that cannot be read or written is a slow one.
"""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path
from typing import Final, Protocol

from swiftlog_core.interfaces import Answer

MAX_FILES: Final = 200
MAX_BYTES: Final = 256 << 10  # of one answer
_PRIVATE: Final = 0o700
_SUFFIX: Final = ".json"


class AnswerCache(Protocol):
    """Where answers are kept by the key of their question."""

    def get(self, key: str) -> Answer | None:
        """Return what was kept under *key*; None without."""
        ...

    def put(self, key: str, answer: Answer) -> None:
        """Keep *answer*, if that can be done."""
        ...


class FolderCache:
    """Answers in files of one folder, least recently used ones out first."""

    def __init__(self, folder: Path, *, max_files: int = MAX_FILES) -> None:
        """Use *folder*, which is made when something is kept."""
        self._folder = folder
        self._max_files = max_files

    def get(self, key: str) -> Answer | None:
        """Return the answer kept under *key*; None without, or when it is damaged."""
        path = self._folder / (key + _SUFFIX)
        try:
            with path.open("rb") as file:
                data = file.read(MAX_BYTES + 1)
            if len(data) > MAX_BYTES:
                return None
            text, input_tokens, output_tokens = json.loads(data)
            answer = Answer(str(text), int(input_tokens), int(output_tokens))
            os.utime(path)
        except (OSError, ValueError, TypeError, RecursionError):
            return None
        return answer

    def put(self, key: str, answer: Answer) -> None:
        """Keep *answer* in a file of mode 0600 that appears whole or not at all."""
        data = json.dumps(list(answer)).encode()
        if len(data) > MAX_BYTES:
            return
        try:
            self._folder.mkdir(mode=_PRIVATE, parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=self._folder)  # 0600 from the start
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            Path(name).replace(self._folder / (key + _SUFFIX))
            self._forget_oldest()
        except OSError:
            return

    def _forget_oldest(self) -> None:
        files = sorted(self._folder.iterdir(), key=lambda path: path.stat().st_mtime)
        for path in files[: max(0, len(files) - self._max_files)]:
            path.unlink(missing_ok=True)
