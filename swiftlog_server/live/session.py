"""One subscriber of one run: a cursor that only moves forward.

Owns the order of messages: ``status`` first; then every line from the wanted one on,
each part once; a new ``status`` after the lines that were durable before it. It sends
one message at a time and reads on only when that has gone out, so a slow reader
makes its own session late and nothing else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from swiftlog_server.live.messages import MessageWriter, ai, batch, encode, parts_of
from swiftlog_server.live.messages import status as status_message

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from swiftlog_core.events import Frame
    from swiftlog_server.live.hub import LiveHub, RunFeed
    from swiftlog_server.live.interfaces import Head

_BATCH_MESSAGES: Final = 500
_BATCH_BYTES: Final = 64 * 1024
_AT_ONCE_BYTES: Final = 16 * 1024
_IDLE_SECONDS: Final = 3600.0
_RETRY_SECONDS: Final = 0.1


class LiveSession:
    """Sends one run to one subscriber until it is cancelled or the run is deleted."""

    def __init__(
        self,
        hub: LiveHub,
        feed: RunFeed,
        send: Callable[[str], Awaitable[None]],
        *,
        from_line: int,
        batched: bool,
    ) -> None:
        """Follow *feed* from *from_line* (at least 1) and hand texts to *send*."""
        self._hub = hub
        self._feed = feed
        self._send = send
        self._from_line = from_line
        self._batched = batched
        head = feed.head
        self._writer = MessageWriter(head.run_id, head.started_ns, from_line)
        self._told: tuple[int, bool] | None = None
        self._ai_told = "none"

    async def run(self) -> None:
        """Send until the run is deleted; then return."""
        feed = self._feed
        run_id = feed.head.run_id
        cursor = await self._hub.seq_before_line(run_id, self._from_line)
        await self._send(status_message(feed.head._replace(closed=False)))
        self._told = (feed.head.version, False)
        while not feed.gone:
            head = feed.head
            if cursor < head.seq:
                frames = await self._hub.frames_after(feed, cursor)
                for frame in frames:
                    await self._send_frame(frame)
                    cursor = frame.seq
                if not frames:  # the head is ahead of this reader's snapshot
                    await feed.wait_beyond(head, _RETRY_SECONDS)
            elif (head.version, head.closed) != self._told:
                await self._send_head(head)
            else:
                await feed.wait_beyond(head, _IDLE_SECONDS)

    async def _send_frame(self, frame: Frame) -> None:
        if frame.payload_size <= _AT_ONCE_BYTES:
            texts = self._texts(frame)
        else:  # others' messages must not wait for this one's thousands of lines
            texts = await self._hub.on_thread(self._texts, frame)
        for text in texts:
            await self._send(text)

    def _texts(self, frame: Frame) -> list[str]:
        """Return the messages of one frame, ready to be sent."""
        told = map(self._writer.message, parts_of(frame))
        messages = [message for message in told if message is not None]
        if not self._batched:
            return [encode(message) for message in messages]
        run_id = self._feed.head.run_id
        texts, held, size = list[str](), list[dict[str, object]](), 0
        for message in messages:
            length = len(str(message.get("content", "")))
            if held and (len(held) >= _BATCH_MESSAGES or size + length > _BATCH_BYTES):
                texts.append(batch(run_id, held))
                held, size = [], 0
            held.append(message)
            size += length
        return [*texts, batch(run_id, held)] if held else texts

    async def _send_head(self, head: Head) -> None:
        self._told = (head.version, head.closed)
        await self._send(status_message(head))
        if head.ai_status != self._ai_told:
            self._ai_told = head.ai_status
            await self._send(ai(head))
