"""Frames made from a script of reads, for tests of what reads frames."""

from __future__ import annotations

from hypothesis import strategies as st

from swiftlog_core.events import STDERR, STDOUT, Frame
from swiftlog_core.stream.frame import Framer, Sealer
from swiftlog_core.stream.layout import empty_position

RUN_ID = "01890a5d-ac96-774b-bcce-b302099a8057"
chunk = st.text(alphabet="abc\n", min_size=1, max_size=8).map(str.encode)
script = st.lists(st.tuples(st.sampled_from([STDOUT, STDERR]), chunk), max_size=40)


def frames_of(reads: list[tuple[int, bytes]], every: int) -> list[Frame]:
    """Frame *reads*, closing a frame after each *every* reads."""
    start = empty_position(RUN_ID)
    framer, sealer = Framer(start), Sealer(start.chain)
    frames = []
    for index, (stream, data) in enumerate(reads):
        drafts = list(framer.add(stream, index, data))
        if index % every == 0:
            drafts += framer.take(0, final=True)
        frames += [sealer.seal(draft)[0] for draft in drafts]
    return frames + [sealer.seal(draft)[0] for draft in framer.take(0, final=True)]
