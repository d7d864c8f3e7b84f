"""Messages cross the link whole, in order, however the pipe cuts them."""

from __future__ import annotations

import json
import os
import threading

from hypothesis import given
from hypothesis import strategies as st

from swiftlog_core.capture.link import (
    ACK,
    ACK_BODY,
    HEADER,
    KIND_EXIT,
    KIND_STDOUT,
    LinkGap,
    LinkReader,
    StatusReader,
    StatusWriter,
    decode_gap,
    encode_exit,
    encode_gap,
)
from swiftlog_core.capture.spec import CaptureResult, Holder

MESSAGES = st.lists(
    st.tuples(
        st.sampled_from([1, 2, 3, 5]), st.integers(0, 2**64 - 1), st.binary(max_size=99)
    ),
    max_size=20,
)


@given(MESSAGES, st.lists(st.integers(1, 60), max_size=30))
def test_messages_arrive_whole_and_in_order_at_every_cut(
    messages: list[tuple[int, int, bytes]], cuts: list[int]
) -> None:
    data = b"".join(HEADER.pack(k, t, len(b)) + b for k, t, b in messages)
    reader_fd, writer_fd = os.pipe()
    link = LinkReader(reader_fd)
    got = []
    for cut in [*cuts, len(data)]:
        if data[:cut]:
            os.write(writer_fd, data[:cut])
            got += link.read(1.0)
        data = data[cut:]
    os.close(writer_fd)
    assert link.read(1.0) == []
    assert (got, link.ended, link.broken) == (messages, False, True)
    link.close()


def test_an_exit_message_ends_the_link_without_breaking_it() -> None:
    reader_fd, writer_fd = os.pipe()
    link = LinkReader(reader_fd)
    body = b"x" * 70000
    os.write(writer_fd, HEADER.pack(KIND_EXIT, 5, 2) + b"{}")
    assert link.read() == [(KIND_EXIT, 5, b"{}")]
    assert link.ended
    assert not link.broken
    assert link.read(0.0) == []
    os.close(writer_fd)
    link.close()
    assert body


def test_a_quiet_link_gives_nothing_when_the_time_has_passed() -> None:
    reader_fd, writer_fd = os.pipe()
    link = LinkReader(reader_fd)
    assert link.read(0.01) == []
    assert not link.broken
    os.write(writer_fd, HEADER.pack(KIND_STDOUT, 1, 1) + b"a")
    assert link.read(5.0) == [(KIND_STDOUT, 1, b"a")]
    os.close(writer_fd)
    link.close()


def test_a_gap_keeps_its_numbers_and_its_cause() -> None:
    gap = decode_gap(encode_gap(LinkGap(2, 2**40, 2**41, "recorder_slow")))
    assert (gap.stream, gap.size) == (2, 2**40)
    assert (gap.offset, gap.cause) == (2**41, "recorder_slow")


@given(st.text(), st.integers(0, 2**31))
def test_an_exit_is_valid_json_whatever_the_holders_are_called(
    command: str, pid: int
) -> None:
    result = CaptureResult("failed", 3, signal=9, cause="timeout", duration_ns=12)
    result.holders.append(Holder(pid, command))
    facts = json.loads(encode_exit(result))
    assert facts == {
        "status": "failed",
        "exit_code": 3,
        "signal": 9,
        "cause": "timeout",
        "duration_ns": 12,
        "holders": [{"pid": pid, "command": command}],
    }


def test_what_a_recorder_says_is_split_into_messages() -> None:
    reader_fd, writer_fd = os.pipe()
    writer, reader = StatusWriter(writer_fd), StatusReader(reader_fd)
    writer.acknowledge(10, 20)
    writer.send(16, b"words")
    assert reader.read() == [(ACK, ACK_BODY.pack(10, 20)), (16, b"words")]
    os.close(writer_fd)
    assert reader.read() == []
    assert reader.ended
    os.close(reader_fd)


def test_a_recorder_may_speak_to_nobody() -> None:
    reader_fd, writer_fd = os.pipe()
    os.close(reader_fd)
    StatusWriter(writer_fd).acknowledge(1, 2)
    os.close(writer_fd)


def test_words_of_two_threads_stay_whole() -> None:
    reader_fd, writer_fd = os.pipe()
    writer, reader = StatusWriter(writer_fd), StatusReader(reader_fd)
    bodies = [bytes([number]) * 3900 for number in (1, 2)]

    def speak(body: bytes) -> None:
        for _ in range(200):
            writer.send(20, body)

    threads = [threading.Thread(target=speak, args=(body,)) for body in bodies]
    for thread in threads:
        thread.start()
    got: list[bytes] = []
    while len(got) < 400:
        got += [body for _, body in reader.read()]
    for thread in threads:
        thread.join()
    assert sorted(got) == sorted(bodies * 200)
    os.close(reader_fd)
    os.close(writer_fd)
