"""Which claims are shown: those whose quote checks and whose words are grounded."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from swiftlog_core.explain.report import rules
from swiftlog_core.explain.report.answer import Claim
from swiftlog_core.explain.report.check import MAX_CLAIMS, check
from swiftlog_core.explain.report.prompt import Material

LINES = {
    10: "running tests",
    11: "E       AssertionError: assert 90 == 80",
    12: "FAILED tests/test_cart.py::test_total - assert 90 == 80",
    13: "npm ERR! 404 Not Found - GET https://registry.npmjs.org/nope",
    15: "Permission denied: the token expired",
}
MATERIAL = Material(
    "\n".join(["Command: pytest -q", *(f"L{n}  | {t}" for n, t in LINES.items())]),
    LINES,
    frozenset({14}),
    frozenset({11, 12, 13, 15}),
)


def claim(
    text: str, first: int = 12, last: int = 12, quote: str = "", section: str = "Errors"
) -> Claim:
    return Claim(section, text, first, last, quote or LINES.get(first, "quote of none"))


def fault(one: Claim) -> str:
    checked = check([one], MATERIAL, failed=True)
    return checked.dropped[0] if checked.dropped else ""


@pytest.mark.parametrize(
    "one",
    [
        claim("The test test_total failed because 90 is not 80."),
        claim("In `tests/test_cart.py` the assertion `90 == 80` does not hold."),
        claim("The package nope was not found in the registry.", 13, 13),
        claim("An assertion compared 90 with 80.", 11, 12, "assert   90 == 80"),
        claim("The token expired, so permission was denied.", 15, 15),
        claim("Correct the total that test_total expects.", section="Recommendations"),
    ],
)
def test_grounded_claims_are_shown(one: Claim) -> None:
    assert fault(one) == ""


@pytest.mark.parametrize(
    ("one", "reason"),
    [
        (claim("The test test_total failed.", quote="assert 90 == 81"), "quote"),
        (claim("The test test_total failed.", quote="E"), "quote"),
        (claim("The test test_total failed.", quote="--------"), "quote"),
        (claim("The test test_total failed.", 99, 99), "lines"),
        (claim("The test test_total failed.", 12, 11), "lines"),
        (claim("The test test_total failed.", 0, 12), "lines"),
        (claim("The test test_total failed.", 1, 10**6), "lines"),
        (claim("The test test_total failed.", 13, 15), "withheld"),
        (claim("It was running tests then.", 10, 10), "evidence"),
        (claim("short"), "length"),
        (claim("x " * 400), "length"),
        (claim("See https://registry.npmjs.org/nope for it.", 13, 13), "link"),
        (claim("The test failed, see evil.example.com there."), "link"),
        (claim("The test [failed](x) with 90."), "markup"),
        (claim("The test <b>failed</b> with 90."), "markup"),
        (claim("The test failed, ask @octocat there."), "mention"),
        (claim("Run `pip install nope` for the test."), "command"),
        (claim("The test needs sudo make-it-so first."), "command"),
        (claim("Run the test again with 90."), "order"),
        (claim("The test failed; please look at it."), "order"),
        (claim("The test failed, the password was wrong."), "order"),
        (claim("The test test_other failed with 90."), "invented"),
        (claim("The test failed with 91 instead of 80."), "invented"),
        (claim("The test failed in src/other.py today."), "invented"),
        (claim("Gremlins are in the machine again."), "unrelated"),
        (claim("All the tests passed with 90 and 80."), "verdict"),
        (claim("The failed assert is harmless with 90."), "verdict"),
        (claim("The t\u0435st failed with 90 here."), "hidden"),
        (claim("The test \u202efailed\u202c with 90."), "hidden"),
    ],
)
def test_claims_that_do_not_check_are_dropped(one: Claim, reason: str) -> None:
    assert fault(one) == reason


def test_claims_are_counted_and_said_once() -> None:
    one = claim("The test test_total failed because 90 is not 80.")
    checked = check(
        [one, one, claim("The test failed.", quote="no")], MATERIAL, failed=True
    )
    assert len(checked.kept) == 1
    assert checked.dropped == ("repeated", "quote")
    many = [claim(f"The test failed{' really' * n} with 90.") for n in range(30)]
    assert len(check(many, MATERIAL, failed=True).kept) == MAX_CLAIMS


@given(st.text(max_size=200), st.text(max_size=50), st.integers(), st.integers())
def test_no_claim_is_shown_without_a_literal_quote(
    text: str, quote: str, first: int, last: int
) -> None:
    checked = check([Claim("Errors", text, first, last, quote)], MATERIAL, failed=True)
    for kept in checked.kept:
        assert any(kept.quote in line for line in LINES.values())


def test_names_are_compared_whole_where_they_are_numbers() -> None:
    assert rules.invented("There were 9 of them.", "90 == 80") == ["9"]
    assert rules.invented("There were 90 of them.", "90 == 80") == []
