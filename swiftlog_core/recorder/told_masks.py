"""Values to hide that are told while the command runs, and who has to know them.

They come over the mask socket and in ``::add-mask::`` lines. The masker hides them
from then on; the pump keeps them for a recorder that follows if we are killed.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from swiftlog_core.recorder.plan import MASK, mask_parts
from swiftlog_core.stream.mask import Secret

if TYPE_CHECKING:
    from swiftlog_core.capture.link import StatusWriter
    from swiftlog_core.stream.mask import Masker


class ToldMasks:
    """Passes on each value that *masker* learns. Thread-safe."""

    def __init__(self, masker: Masker, status: StatusWriter) -> None:
        """Listen for what *masker* finds in the output."""
        self._masker = masker
        self._status = status
        self._telling = threading.Lock()  # the parts of two values must not mix
        masker.on_registered = self._keep

    def add(self, name: str, value: bytes) -> str:
        """Hide a value from now on; return "" or why it is not hidden."""
        secret = Secret(name, value)
        reason = self._masker.add(secret)
        if reason is not None:
            return str(reason)
        self._keep(secret)
        return ""

    def _keep(self, secret: Secret) -> None:
        with self._telling:
            for part in mask_parts(secret.name, secret.value):
                self._status.send(MASK, part)
