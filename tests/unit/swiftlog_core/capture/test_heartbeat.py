"""Signs of life come in silence only, and say how long it lasts."""

from __future__ import annotations

from pathlib import Path

import pytest

from swiftlog_core.capture.heartbeat import Heartbeat, spell
from swiftlog_core.capture.link import KIND_STDERR
from tests.unit.swiftlog_core.capture.captured import run


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.4, "0s"), (59.9, "59s"), (192, "3m12s"), (7500, "2h05m")],
)
def test_a_duration_is_spelled_as_people_say_it(seconds: float, text: str) -> None:
    assert spell(seconds) == text


def test_output_puts_the_next_line_off(capfd: pytest.CaptureFixture[str]) -> None:
    beat = Heartbeat(10, 100.0)
    beat.act(110.0, 105.0, raw=False)
    assert beat.deadline() == 115.0
    beat.act(292.0, 105.0, raw=True)
    assert beat.deadline() == 302.0
    text = capfd.readouterr().err
    assert text == "swiftlog: still running, 3m12s, last output 3m07s ago\r\n"


def test_without_a_period_nothing_is_due() -> None:
    beat = Heartbeat(None, 1.0)
    beat.act(9e9, 1.0, raw=False)
    assert beat.deadline() is None


def test_the_lines_are_said_and_not_recorded(tmp_path: Path) -> None:
    done = run(tmp_path, ["sleep", "0.5"], heartbeat_seconds=0.2)
    assert b"still running" in done.stderr
    assert done.recorded(KIND_STDERR) == b""


def test_an_error_output_that_takes_nothing_does_not_end_the_command(
    tmp_path: Path,
) -> None:
    with Path("/dev/full").open("wb") as full:
        done = run(
            tmp_path,
            ["sh", "-c", "sleep 0.3; exit 3"],
            popen={"stderr": full},
            heartbeat_seconds=0.1,
        )
    assert done.code == 3
