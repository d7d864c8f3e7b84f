from __future__ import annotations

import sys
from subprocess import run

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from swiftlog_core.stream.mask import Masker, Secret, SkipReason
from swiftlog_core.stream.mask.canary import LINES, SECRET, Canary, canaries
from swiftlog_core.stream.mask.engine import Engine
from swiftlog_core.stream.mask.forms import forms
from tests.unit.swiftlog_core.stream.mask.corpus import (
    FORMS,
    LONG,
    PIECES,
    SECRETS,
    literal_masker,
    mask_all,
)

_part = st.one_of(
    st.sampled_from(PIECES),
    st.sampled_from(FORMS),
    st.tuples(
        st.sampled_from(FORMS + PIECES), st.integers(0, 60), st.integers(1, 60)
    ).map(lambda t: t[0][t[1] : t[1] + t[2]]),
)
outputs = st.lists(_part, max_size=14).map(b"".join)
cuts = st.lists(st.sampled_from((1, 1, 2, 3, 5, 8, 20, 100)), min_size=1, max_size=40)


def _cut(data: bytes, sizes: list[int]) -> list[bytes]:
    pieces, at, number = [], 0, 0
    while at < len(data):
        pieces.append(data[at : at + sizes[number % len(sizes)]])
        at += len(pieces[-1])
        number += 1
    return pieces


CANARIES = canaries()


@pytest.mark.parametrize("canary", CANARIES, ids=[c.form for c in CANARIES])
@pytest.mark.parametrize("terminal", [False, True])
def test_no_form_survives_a_cut_at_any_byte(canary: Canary, terminal: bool) -> None:
    _, printed, secret = canary
    data = b"before " + printed + b"after\n"
    if terminal:
        data = data.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
        secret = secret.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    masker = literal_masker([SECRET, LINES])
    whole = mask_all(masker, [data])
    assert b"***" in whole
    assert whole.startswith(b"before ")
    for line in secret.split(b"\n"):
        assert line.strip() not in whole or not line.strip()
    shared = literal_masker([SECRET, LINES])
    for at in range(1, len(data)):
        assert mask_all(shared, [data[:at], data[at:]]) == whole, at
    assert mask_all(shared, [data[i : i + 1] for i in range(len(data))]) == whole


@settings(max_examples=80, deadline=None)
@given(outputs, cuts)
def test_the_result_does_not_depend_on_cuts(data: bytes, sizes: list[int]) -> None:
    whole = mask_all(literal_masker(), [data])
    assert mask_all(literal_masker(), _cut(data, sizes)) == whole
    together = literal_masker()
    dealt = together.mask(1, _cut(data, sizes))
    assert len(dealt) == len(_cut(data, sizes))
    assert b"".join(dealt) + together.finish(1) == whole


@settings(max_examples=40, deadline=None)
@given(outputs, cuts)
def test_no_completed_line_is_ever_held(data: bytes, sizes: list[int]) -> None:
    masker = literal_masker()
    for piece in _cut(data, sizes):
        masker.mask(1, [piece])
        last_line = len(piece) - piece.rfind(b"\n") - 1
        if b"\n" in piece:
            assert masker.held(1) <= last_line


@settings(max_examples=30, deadline=None)
@given(outputs, outputs, cuts)
def test_two_streams_do_not_meet(left: bytes, right: bytes, sizes: list[int]) -> None:
    left, right = left.replace(b"::", b":"), right.replace(b"::", b":")
    alone = [mask_all(literal_masker(), [data]) for data in (left, right)]
    masker = literal_masker()
    pieces = [_cut(left, sizes), _cut(right, sizes)]
    out: list[bytes] = [b"", b""]
    for turn in range(max(map(len, pieces))):
        for stream in (0, 1):
            if turn < len(pieces[stream]):
                out[stream] += b"".join(masker.mask(stream + 1, [pieces[stream][turn]]))
    assert [out[0] + masker.finish(1), out[1] + masker.finish(2)] == alone


def test_reads_without_a_secret_come_back_as_they_are() -> None:
    masker = literal_masker()
    chunks = [b"one\n", b"two\n", b"three\n"]
    assert all(a is b for a, b in zip(masker.mask(1, chunks), chunks, strict=True))


def test_a_held_tail_goes_out_with_the_read_that_decides_it() -> None:
    masker = literal_masker()
    assert masker.mask(1, [b"x s3cr3t/", b"Value+1", b" y\n"]) == [
        b"x ",
        b"***A***",
        b" y\n",
    ]
    assert masker.mask(1, [b"s3cr"]) == [b""]
    assert masker.mask(1, [b"et\n"]) == [b"s3cret\n"]


def test_overlapping_secrets_become_one_mask_and_touching_ones_two() -> None:
    assert mask_all(literal_masker(), [b"s3cr3t/Value+1xyzw;"]) == b"***A***;"
    assert mask_all(literal_masker(), [b"Value+1xyzwValue+1xyzw"]) == b"***B******B***"


def test_the_longest_secret_names_the_mask() -> None:
    assert mask_all(literal_masker(), [b"abcdabceabcdef99"]) == b"***D***"
    assert mask_all(literal_masker(), [b"abcdabceabcdeX"]) == b"***C***eX"
    assert mask_all(literal_masker(), [b"ghp_" + b"Zx9" * 12]) == b"***TOKEN***"


def test_the_end_of_a_stream_releases_what_was_held() -> None:
    masker = literal_masker()
    assert masker.mask(1, [b"abcdabceabcd"]) == [b""]
    assert masker.finish(1) == b"***C***"
    assert masker.mask(1, [b"abcdabc"]) == [b""]
    assert masker.finish(1) == b"abcdabc"
    assert masker.finish(1) == b""


@pytest.mark.parametrize("newline", [b"\n", b"\r\n"])
def test_lines_of_a_value_are_masked_alone_and_short_ones_after_their_line(
    newline: bytes,
) -> None:
    value = SECRETS[4].value.replace(b"\n", newline)
    mask = b"***LINES***" + newline
    assert mask_all(literal_masker(), [value]) == mask * 4
    alone = newline.join((b"ab", b"x first-line-9", b"}", b""))
    assert mask_all(literal_masker(), [alone]) == alone.replace(
        b"first-line-9", b"***LINES***"
    )


@pytest.mark.parametrize("at", [1, 200, 255, 256, 257, 5000, 8999])
def test_a_value_over_8_kib_is_found_whole_and_only_whole(at: int) -> None:
    masker = literal_masker([LONG])
    assert (
        mask_all(masker, [LONG.value[:at], LONG.value[at:] + b" x"]) == b"***LONG*** x"
    )
    almost = LONG.value[:-1] + b" x"
    assert mask_all(masker, [almost[:at], almost[at:]]) == almost


def test_a_private_key_is_masked_line_by_line_at_once_and_only_to_its_end() -> None:
    masker = literal_masker()
    out = masker.mask(
        1, [b"k: -----BEGIN PRIVATE KEY-----\r\n", b"MIIE", b"abc\r\n\r\nxy"]
    )
    assert out == [
        b"k: ***private-key***\r\n",
        b"",
        b"***private-key***\r\n\r\n***private-key***",
    ]
    assert masker.held(1) == 0
    assert masker.mask(1, [b"\n-----END PRIVATE KEY", b"-----;done\n"]) == [
        b"\n",
        b"***private-key***;done\n",
    ]


@pytest.mark.parametrize("step", [100, 65536, 1 << 20])
def test_a_private_key_without_end_is_masked_for_64_kib(step: int) -> None:
    begin = b"-----BEGIN PRIVATE KEY-----\n"
    line = b"MIIEvQIBADANBgkq\n"
    data = begin + line * 5000
    out = mask_all(literal_masker(), _cut(data, [step]))
    assert out.endswith(data[1 << 16 :])
    assert line not in out[: -(len(data) - (1 << 16))]


def test_add_mask_lines_register_their_value_for_both_streams() -> None:
    masker = literal_masker()
    assert masker.mask(
        1, [b"hunter-1-x\n::add-mask::hunt", b"er-1-x\r\nhunter-1-x\n"]
    ) == [
        b"hunter-1-x\n::add-mask::",
        b"***add-mask***\r\n***add-mask***\n",
    ]
    assert masker.mask(2, [b"<hunter-1-x>\n"]) == [b"<***add-mask***>\n"]


def test_a_refused_add_mask_value_is_hidden_in_its_line_only() -> None:
    masker = literal_masker()
    out = masker.mask(1, [b"::add-mask::production\nproduction\n"])
    assert out == [b"::add-mask::***add-mask***\nproduction\n"]
    assert masker.warnings == [("add-mask", SkipReason.COMMON_WORD)]


def test_an_added_secret_masks_held_bytes_and_all_later_ones() -> None:
    masker = literal_masker()
    masker.mask(1, [b"abcd"])
    assert masker.add(Secret("NEW", b"abcdNEWVALUE")) is None
    assert masker.mask(1, [b"NEWVALUE abcdNEWVALUE\n"]) == [b"***NEW*** ***NEW***\n"]


def test_warnings_name_the_secret_once_and_never_hold_its_value() -> None:
    values = [b"abc", b"aaaaaaaaaa", b"Production", b"123456", b"localhost"]
    masker = Masker([Secret(f"S{i}", v) for i, v in enumerate(values)] * 2)
    assert masker.add(Secret("S0", b"abc")) is SkipReason.TOO_SHORT
    assert [name for name, _ in masker.warnings] == ["S0", "S1", "S2", "S3", "S4"]
    assert not any(
        v.decode() in reason for v in values for _, reason in masker.warnings
    )
    plain = b" ".join(values) + b"\n"
    assert masker.mask(1, [plain]) == [plain]


def test_a_name_cannot_bring_escapes_into_the_log() -> None:
    masker = Masker([Secret("\x1b[31m\n<b>", b"s3cr3t-value")])
    assert mask_all(masker, [b"s3cr3t-value"]) == b"***__31m__b_***"


def test_texts_are_masked_and_keep_their_undecodable_bytes() -> None:
    masker = literal_masker()
    text = "x=s3cr3t/Value+1 \udcff ::add-mask::hunter-1-x"
    assert masker.mask_text(text) == "x=***A*** \udcff ::add-mask::***add-mask***"
    assert masker.mask_text("hunter-1-x") == "hunter-1-x"
    assert masker.mask_text("\ud800s3cr3t/Value+1") == "?***A***"


def test_shapes_can_be_turned_off() -> None:
    token = b"ghp_" + b"A1" * 18 + b"\n"
    assert mask_all(Masker(shapes=False), [token]) == token


def test_small_logs_never_import_hyperscan_and_large_ones_do_it_aside() -> None:
    code = """
import sys
from swiftlog_core.stream.mask import Masker, Secret
masker = Masker([Secret("A", b"s3cr3t-value")])
for _ in range(60): masker.mask(1, [b"a line of text\\n" * 60])
heavy = {"hyperscan", "dataclasses", "logging", "urllib.parse", "pathlib", "subprocess"}
assert not heavy & set(sys.modules), heavy & set(sys.modules)
for _ in range(30): masker.mask(1, [b"a line of text\\n" * 600])
assert masker._vocabulary.engine.wait(60)
assert "hyperscan" in sys.modules
assert masker.mask(1, [b"s3cr3t-value\\n" * 9]) == [b"***A***\\n" * 9]
"""
    done = run(
        [sys.executable, "-c", code], check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


@settings(max_examples=40, deadline=None)
@given(outputs, cuts)
def test_hyperscan_gives_the_same_masks(data: bytes, sizes: list[int]) -> None:
    data = data.replace(b"::", b":")  # what one example registers would reach the next
    assert mask_all(_compiled(), _cut(data, sizes)) == mask_all(
        literal_masker(), [data]
    )


def test_a_secret_added_after_compilation_is_masked_before_and_after_the_next() -> None:
    engine = Engine(worth_bytes=0)
    masker = Masker(SECRETS, engine=engine)
    masker.mask(1, [b"x\n"])
    assert engine.wait(60)
    masker.add(Secret("NEW", b"new-s3cr3t-value"))
    line = b"new-s3cr3t-value s3cr3t/Value+1\n"
    masked = b"***NEW*** ***A***\n"
    assert masker.mask(1, [line]) == [masked]
    assert engine.wait(60)
    assert masker.mask(1, [line]) == [masked]


_made: list[Masker] = []


def _compiled() -> Masker:
    if not _made:
        engine = Engine(worth_bytes=0)
        _made.append(Masker(SECRETS, engine=engine))
        _made[0].mask(9, [b"x\n"])
        assert engine.wait(60)
    return _made[0]


def test_every_form_of_every_secret_is_masked_with_all_of_them_in_one_block() -> None:
    found = {f.data for s in SECRETS for f in forms(s.value) if not f.start}
    out = mask_all(literal_masker(), [b"\n".join(found)])
    assert not [data for data in found if data in out]


def test_a_complete_value_that_nothing_prolongs_goes_out_at_once() -> None:
    masker = literal_masker()
    assert masker.mask(1, [b"Value+1xyzw"]) == [b"***B***"]
    assert masker.held(1) == 0


@pytest.mark.parametrize(
    ("value", "data", "masked"),
    [
        # A password that is decided, where a longer secret is still possible.
        (
            b"hunter2@h/db-xyz",
            b"postgres://u:hunter2@h/db?x\n",
            b"postgres://u:***url-password***@h/db?x\n",
        ),
        # A private key that begins inside of what may be a secret.
        (
            b"key-----BEGIN PRIVATE KEY-----MIIEtail",
            b"key-----BEGIN PRIVATE KEY-----MIIEtail more\nx\n",
            b"***S***\n***private-key***\n",
        ),
        (
            b"key-----BEGIN PRIVATE KEY-----MIIEtail",
            b"key-----BEGIN PRIVATE KEY-----MIIEother\n",
            b"key***private-key***\n",
        ),
    ],
)
def test_what_is_decided_waits_for_what_overlaps_it(
    value: bytes, data: bytes, masked: bytes
) -> None:
    masker = literal_masker([Secret("S", value)])
    assert mask_all(masker, [data]) == masked
    for at in range(1, len(data)):
        assert mask_all(masker, [data[:at], data[at:]]) == masked, at
    assert mask_all(masker, _cut(data, [1])) == masked
