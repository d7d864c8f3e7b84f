"""What a verifier downloads is what was received, up to where the run stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from swiftlog_core.stream.layout import chain_link, empty_position
from swiftlog_core.wire.codec import frame_to_pb
from swiftlog_server.bus.memory import MemoryEventBus
from swiftlog_server.logs.context import with_context
from swiftlog_server.logs.proof import ProofService
from swiftlog_server.logs.service import LogService, SearchWish
from swiftlog_server.runs.ingest import IngestService
from swiftlog_server.runs.service import RunService
from swiftlog_server.storage.sql import SqlLogStore
from tests.unit.swiftlog_server.delivery import deliver
from tests.unit.swiftlog_server.recording import numbered

if TYPE_CHECKING:
    from swiftlog_server.accounts.interfaces import Principal
    from swiftlog_server.db.engine import Database


def test_frames_and_links_are_the_recorders(
    database: Database, admin: Principal
) -> None:
    run, store = numbered(9), SqlLogStore(database)
    deliver(IngestService(database, store, MemoryEventBus(), "here"), admin, run)
    facts = RunService(database).get(admin, run.run_id).run
    proofs = ProofService(store)
    wanted = [frame_to_pb(frame).SerializeToString() for frame in run.frames]
    got = list(proofs.frames(facts, 0))
    assert [piece[4:] for piece in got] == wanted
    assert [int.from_bytes(piece[:4], "big") for piece in got] == list(map(len, wanted))
    assert [piece[4:] for piece in proofs.frames(facts, 7)] == wanted[7:]
    behind = facts._replace(last_seq=4)
    assert len(list(proofs.frames(behind, 0))) == 4
    chain = empty_position(run.run_id).chain
    for link in proofs.links(facts, 0, 100):
        chain = chain_link(chain, *link)
    assert chain == run.end.chain
    assert [link.seq for link in proofs.links(facts, 3, 2)] == [4, 5]


def test_context_joins_ranges_that_touch_and_shows_no_line_twice(
    database: Database, admin: Principal
) -> None:
    run, store = numbered(40), SqlLogStore(database)
    deliver(IngestService(database, store, MemoryEventBus(), "here"), admin, run)
    facts = RunService(database).get(admin, run.run_id).run
    logs = LogService(store)
    hits = list(logs.search(facts, SearchWish(r"line (1|4|8|40) ", regex=True)))
    matches: set[int] = set()
    shown = [entry.number for entry in with_context(facts, logs, hits, 2, matches)]  # type: ignore[union-attr] # no gaps here
    assert shown == [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 38, 39, 40]
    assert matches == {1, 4, 8, 40}
    plain = list(with_context(facts, logs, hits, 0, matches))
    assert plain == hits
