"""Chooses the scanner: literal at first, Hyperscan when the log is worth its start.

Importing and compiling happen in a background thread while the literal scanner goes
on; what is added later is covered by a literal scanner until the next compilation
ends. Which scanner works is never visible in the places found.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Final

from swiftlog_core.stream.mask.scanners import HyperscanScanner, LiteralScanner

if TYPE_CHECKING:
    from collections.abc import Sequence

    from swiftlog_core.stream.mask.scanners import Pattern, Place, Scanner

WORTH_BYTES: Final = 1 << 16  # below this much log Hyperscan is not even imported
WORTH_WAITING_BYTES: Final = 1 << 18  # the literal scanner needs longer for these
WAIT_SECONDS: Final = 0.5


class Engine:
    """A growing list of patterns and the scanners that cover all of them.

    Not thread-safe but for the compiler's own thread, which only replaces one
    reference: the caller serialises ``add`` and ``places``.
    """

    def __init__(self, *, worth_bytes: int = WORTH_BYTES) -> None:
        self._patterns: list[Pattern] = []
        self._scanned = 0
        self._worth = worth_bytes
        self._fresh = LiteralScanner(())
        self._fresh_from = 0
        # (scanner, how many patterns it covers): replaced as one, by the compiler.
        self._compiled: tuple[Scanner | None, int] = (None, 0)
        self._compiler: threading.Thread | None = None
        self._missing = False

    def add(self, patterns: Sequence[Pattern]) -> int:
        """Cover more patterns from now on; return the number of the first of them."""
        first = len(self._patterns)
        self._patterns.extend(patterns)
        self._fresh.extend(patterns, first)
        return first

    def places(self, block: bytes) -> list[Place]:
        """Give the places of all patterns in *block*, sorted."""
        self._scanned += len(block)
        scanner, covered = self._compiled
        if covered != self._fresh_from:
            self._refresh(covered)
        if covered < len(self._patterns):
            self._maybe_compile()
            if len(block) >= WORTH_WAITING_BYTES and self.wait(WAIT_SECONDS):
                scanner, _ = self._compiled
                return scanner.places(block) if scanner is not None else []
            fresh = self._fresh.places(block)
            if scanner is None:
                return fresh
            return sorted(scanner.places(block) + fresh)
        return scanner.places(block) if scanner is not None else []

    def wait(self, timeout: float | None = None) -> bool:
        """Wait for a running compilation; say whether everything is compiled."""
        if self._compiler is not None:
            self._compiler.join(timeout)
        return self._compiled[1] == len(self._patterns)

    def _refresh(self, covered: int) -> None:
        self._fresh = LiteralScanner(self._patterns[covered:], covered)
        self._fresh_from = covered

    def _maybe_compile(self) -> None:
        if self._missing or self._scanned < self._worth:
            return
        if self._compiler is not None and self._compiler.is_alive():
            return
        # A daemon: the end of a run does not wait for a scanner it no longer needs.
        self._compiler = threading.Thread(
            target=self._compile,
            args=(tuple(self._patterns),),
            name="mask-compiler",
            daemon=True,
        )
        self._compiler.start()

    def _compile(self, patterns: tuple[Pattern, ...]) -> None:
        try:
            self._compiled = (HyperscanScanner(patterns), len(patterns))
        except Exception:  # noqa: BLE001 -- whatever it was, the literal scanner goes on
            self._missing = True
