"""Real spools, written as a recorder writes them, and calls of the command."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol
from uuid import UUID

from swiftlog_core.events import STDERR, STDOUT, ExitStatus, Position, Receipt, RunInfo
from swiftlog_core.stream.frame import Draft, Framer, Sealer
from swiftlog_core.stream.layout import empty_position
from swiftlog_core.stream.spool import Spool, SpoolClosing

if TYPE_CHECKING:
    from pathlib import Path

STARTED_NS = 1_760_000_000_000_000_000  # 2025-10-09T08:53:20Z
MS = 1_000_000
Reads = list[tuple[int, int, bytes]]


class MakeRun(Protocol):
    """Records a run and returns its id; *exit_code* None: its recorder died."""

    def __call__(
        self, reads: Reads, exit_code: int | None = 0, **info: object
    ) -> str: ...


class Outcome(NamedTuple):
    code: int
    out: bytes
    err: str

    @property
    def text(self) -> str:
        return self.out.decode()

    @property
    def json(self) -> Any:
        return json.loads(self.out)


class Swiftlog(Protocol):
    """Calls the command in this process."""

    def __call__(self, *arguments: str, stdin: bytes = b"") -> Outcome: ...


def new_run_id(number: int) -> str:
    stamp = STARTED_NS // MS + number
    return str(UUID(int=stamp << 80 | 0x7 << 76 | 0x2 << 62 | number))


def record(path: Path, info: RunInfo, reads: Reads, status: ExitStatus | None) -> None:
    start = empty_position(info.run_id)
    framer, sealer = Framer(start), Sealer(start.chain)
    with Spool.create(path, info) as spool:
        end: Position = start
        drafts: list[Draft] = []
        raw = [0, 0, 0]
        for stream, t_ns, data in reads:
            raw[stream] += len(data)
            drafts += [*framer.take(t_ns), *framer.add(stream, t_ns, data)]
        drafts += framer.take(0, final=True)
        for draft in drafts:
            frame, end = sealer.seal(draft)
            spool.append([(frame, end)], (raw[STDOUT], raw[STDERR]))
        if status is None:
            return
        receipt = Receipt(
            info.run_id,
            end.size,
            end.lines,
            end.seq,
            end.chain,
            sealer.stream_digest(STDOUT),
            sealer.stream_digest(STDERR),
        )
        spool.set_closing(SpoolClosing(status, receipt))
        spool.seal()
