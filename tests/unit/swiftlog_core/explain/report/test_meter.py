"""Tokens and cost are counted by day, and a budget ends the asking."""

from __future__ import annotations

import stat
from pathlib import Path

from swiftlog_core.explain.report.meter import MAX_BYTES, FileMeter


def test_tokens_and_cost_add_up_in_a_private_file(tmp_path: Path) -> None:
    path = tmp_path / "d" / "usage.ndjson"
    meter = FileMeter(path, input_price=0.15, output_price=0.6)
    usage = meter.count(1_000_000, 500_000)
    assert usage.cost == 0.45
    meter.count(1, 2)
    assert meter.used_today() == 1_500_003
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_the_budget_holds_until_the_next_day(tmp_path: Path) -> None:
    day = ["2026-01-01"]
    meter = FileMeter(tmp_path / "u", budget=100, today=lambda: day[0])
    assert meter.refusal() == ""
    meter.count(90, 20)
    assert "110 of 100 tokens were used today" in meter.refusal()
    day[0] = "2026-01-02"
    assert meter.refusal() == ""


def test_damaged_lines_count_nothing(tmp_path: Path) -> None:
    path = tmp_path / "u"
    path.write_bytes(b'{"day": "x"}\n[]\n\xff\n{"day": 1, "input_tokens": "a"}\n')
    meter = FileMeter(path)
    meter.count(1, 1)
    assert meter.used_today() == 2


def test_the_file_is_shortened_when_it_grows(tmp_path: Path) -> None:
    path = tmp_path / "u"
    row = '{"day": "%s", "input_tokens": 1, "output_tokens": 1, "cost": 0}\n'
    days = [
        f"2025-{month:02}-{day:02}" for month in range(1, 13) for day in range(1, 29)
    ]
    path.write_text("".join(row % day for day in days * 13))
    assert path.stat().st_size > MAX_BYTES
    meter = FileMeter(path, today=lambda: "2026-01-01")
    meter.count(3, 4)
    assert path.stat().st_size < MAX_BYTES / 2
    assert meter.used_today() == 7
    assert "2025-01-01" not in path.read_text()


def test_a_file_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    meter = FileMeter(tmp_path / "file" / "u", budget=1)
    assert meter.count(5, 5).input_tokens == 5
    assert meter.refusal() == ""
