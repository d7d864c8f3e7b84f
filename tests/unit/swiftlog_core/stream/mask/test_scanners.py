from __future__ import annotations

from functools import cache

from hypothesis import given, settings
from hypothesis import strategies as st

from swiftlog_core.stream.mask.forms import forms
from swiftlog_core.stream.mask.scanners import (
    HyperscanScanner,
    LiteralScanner,
    Pattern,
)
from swiftlog_core.stream.mask.tokens import token_shapes
from tests.unit.swiftlog_core.stream.mask.corpus import FORMS, LONG, PIECES, SECRETS


@cache
def _scanners() -> tuple[LiteralScanner, HyperscanScanner]:
    patterns = [Pattern(s.trigger.core, s.trigger) for s in token_shapes()]
    patterns += [
        Pattern(form.data[:256])
        for secret in (*SECRETS, LONG)
        for form in forms(secret.value)
    ]
    return LiteralScanner(patterns), HyperscanScanner(patterns)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.one_of(
            st.sampled_from(PIECES), st.sampled_from(FORMS), st.binary(max_size=8)
        ),
        max_size=20,
    ).map(b"".join)
)
def test_both_scanners_find_the_same_places(block: bytes) -> None:
    literal, hyperscan = _scanners()
    assert hyperscan.places(block) == literal.places(block)


def test_overlapping_occurrences_are_all_found_in_order() -> None:
    patterns = [Pattern(b"abab"), Pattern(b"ba")]
    expected = [(3, 1), (4, 0), (5, 1), (6, 0)]
    assert LiteralScanner(patterns).places(b"ababab") == expected
    assert HyperscanScanner(patterns).places(b"ababab") == expected


def test_bytes_that_are_no_text_are_matched_as_bytes() -> None:
    patterns = [Pattern(b"\xff\xfe\x00\n.*+")]
    block = b"\xff" * 9 + patterns[0].literal + b"\xc3"
    assert LiteralScanner(patterns).places(block) == HyperscanScanner(patterns).places(
        block
    )
    assert len(LiteralScanner(patterns).places(block)) == 1
