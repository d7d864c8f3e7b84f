"""Each descriptor wakes its own handler, and none that was forgotten."""

from __future__ import annotations

import os

from swiftlog_core.capture.poller import READ, WRITE
from swiftlog_core.capture.watch import Watch


def test_handlers_are_called_with_what_happened() -> None:
    reader, writer = os.pipe()
    got: list[tuple[str, int]] = []
    watch = Watch()
    watch.on(reader, READ, lambda events: got.append(("r", events)))
    watch.on(writer, WRITE, lambda events: got.append(("w", events)))
    watch.turn(1)
    assert got == [("w", WRITE)]
    os.close(reader)
    os.close(writer)


def test_a_handler_that_was_forgotten_in_the_same_turn_is_not_called() -> None:
    first, second = os.pipe(), os.pipe()
    os.write(first[1], b"x")
    os.write(second[1], b"x")
    got = []
    watch = Watch()

    def only_one(events: int) -> None:
        got.append(events)
        watch.forget(first[0])
        watch.forget(second[0])

    watch.on(first[0], READ, only_one)
    watch.on(second[0], READ, only_one)
    watch.turn(1)
    assert len(got) == 1
    for fd in (*first, *second):
        os.close(fd)


def test_nothing_to_do_ends_the_turn_in_time() -> None:
    Watch().turn(0.01)
    Watch().turn(-1.0)
