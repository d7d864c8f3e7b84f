"""Values to hide that are told while the command runs, and who has to know them.

They come over the mask socket and in ``::add-mask::`` lines. The masker hides them
from then on; the pump keeps them for a recorder that follows if we are killed; and the
run around ours, if there is one, logs what we print and so has to hide them too.
"""

from __future__ import annotations

import threading
from queue import SimpleQueue
from typing import TYPE_CHECKING, Final

from swiftlog_core.errors import ServerUnreachableError
from swiftlog_core.recorder.plan import MASK, mask_parts
from swiftlog_core.stream.mask import Secret

if TYPE_CHECKING:
    from swiftlog_core.capture.link import StatusWriter
    from swiftlog_core.stream.mask import Masker

OUTER_SECONDS: Final = 2.0  # for the run around us: ours must not hang with it


class ToldMasks:
    """Passes on each value that *masker* learns. Thread-safe.

    *outer* is the mask socket of the run around ours, or "".
    """

    def __init__(self, masker: Masker, status: StatusWriter, outer: str) -> None:
        """Listen for what *masker* finds in the output."""
        self._masker = masker
        self._status = status
        self._outer = outer
        self._telling = threading.Lock()  # the parts of two values must not mix
        self._found: SimpleQueue[Secret | None] = SimpleQueue()
        self._carrier: threading.Thread | None = None
        masker.on_registered = self._on_registered

    def add(self, name: str, value: bytes) -> str:
        """Hide a value from now on; return "" or why it is not hidden.

        Waits for the run around ours: who prints the value next prints it to both.
        """
        secret = Secret(name, value)
        reason = self._masker.add(secret)
        if reason is not None:
            return str(reason)
        self._keep(secret)
        return self._tell_outer(secret)

    def finish(self) -> None:
        """Wait for a bounded time until the run around ours knows what was found."""
        self._masker.on_registered = None
        if self._carrier is not None:
            self._found.put(None)
            self._carrier.join(OUTER_SECONDS)

    def _on_registered(self, secret: Secret) -> None:
        """Take a value that was found in the output, which must not wait."""
        self._keep(secret)
        if not self._outer:
            return
        if self._carrier is None:
            carrier = threading.Thread(target=self._carry, daemon=True)
            try:
                carrier.start()
            except RuntimeError:  # the run has used up all threads: record it at least
                return
            self._carrier = carrier
        self._found.put(secret)

    def _carry(self) -> None:
        while (secret := self._found.get()) is not None:
            self._tell_outer(secret)

    def _keep(self, secret: Secret) -> None:
        with self._telling:
            for part in mask_parts(secret.name, secret.value):
                self._status.send(MASK, part)

    def _tell_outer(self, secret: Secret) -> str:
        if not self._outer:
            return ""
        from swiftlog_core.recorder.mask_socket import send_mask

        try:
            # Why it may be refused there, it would have been here.
            send_mask(self._outer, secret.name, secret.value, OUTER_SECONDS)
        except ServerUnreachableError:
            return "by the run around this one, which did not answer"
        return ""
