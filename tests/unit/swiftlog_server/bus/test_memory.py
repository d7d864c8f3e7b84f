"""The event bus of one process."""

from __future__ import annotations

from swiftlog_server.bus.interfaces import RunEvent
from swiftlog_server.bus.memory import MemoryEventBus


def event(run_id: str, seq: int = 1) -> RunEvent:
    return RunEvent(run_id, seq, 1, 1, 1)


def test_subscribers_hear_of_their_run_or_of_all() -> None:
    bus, one, every = MemoryEventBus(), list[RunEvent](), list[RunEvent]()
    subscription = bus.subscribe("a", one.append)
    bus.subscribe(None, every.append)
    bus.publish([event("a"), event("b")])
    subscription.close()
    subscription.close()
    bus.publish([event("a", 2)])
    assert one == [event("a")]
    assert every == [event("a"), event("b"), event("a", 2)]
    bus.close()
    bus.publish([event("a", 3)])
    assert len(every) == 3


def test_a_subscriber_that_fails_loses_only_its_own_hint() -> None:
    bus, heard = MemoryEventBus(), list[RunEvent]()

    def fail(_: RunEvent) -> None:
        raise ValueError

    bus.subscribe("a", fail)
    bus.subscribe("a", heard.append)
    bus.publish([event("a")])
    assert heard == [event("a")]


def test_a_test_may_lose_hints() -> None:
    bus, heard = MemoryEventBus(drop=lambda e: e.seq == 2), list[RunEvent]()
    bus.subscribe("a", heard.append)
    bus.publish([event("a", 1), event("a", 2), event("a", 3)])
    assert [e.seq for e in heard] == [1, 3]
