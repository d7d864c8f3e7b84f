"""`swiftlog explain`: any log, for people and for scripts."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from swiftlog_core.events import STDOUT
from tests.unit.swiftlog_cli.recording import MakeRun, Swiftlog

LOG = b"gcc -c main.c\nmain.c:3:5: error: 'x' undeclared\nmake: *** [all] Error 1\n"


@pytest.fixture
def log(tmp_path: Path) -> str:
    path = tmp_path / "build.log"
    path.write_bytes(LOG)
    return str(path)


def test_json_lines_are_numbers_most_telling_first(
    swiftlog: Swiftlog, log: str
) -> None:
    numbers = swiftlog("explain", log, "--json-lines").json
    assert numbers[0] == 2
    assert all(1 <= number <= 3 for number in numbers)


def test_json_tells_findings_excerpt_and_fingerprint(
    swiftlog: Swiftlog, log: str
) -> None:
    told = swiftlog("explain", log, "--json", "--offline").json
    assert told["failed"]
    assert told["findings"][0]["file"] == "main.c"
    assert {"number": 2, "cause": True}.items() <= told["excerpt"][1].items()
    assert told["fingerprint"]
    assert told["counts"]["lines"] == 3


def test_people_see_the_card(swiftlog: Swiftlog, log: str) -> None:
    text = swiftlog("explain", log).text
    assert text.startswith("╭ gcc: 'x' undeclared\n│ at main.c:3:5\n")


def test_standard_input_and_runs_are_explained(
    swiftlog: Swiftlog, make_run: MakeRun
) -> None:
    assert swiftlog("explain", "-", "--json-lines", stdin=LOG).json[0] == 2
    run_id = make_run([(STDOUT, 0, LOG)], 2)
    assert swiftlog("explain", run_id, "--json-lines").json[0] == 2


def test_a_pipe_is_read_once_and_whole(swiftlog: Swiftlog) -> None:
    reader, writer = os.pipe()
    os.write(writer, LOG)
    os.close(writer)
    told = swiftlog("explain", f"/dev/fd/{reader}", "--json").json
    os.close(reader)
    assert told["counts"]["size"] == len(LOG)


def test_a_spool_with_another_name_is_read_as_one(
    swiftlog: Swiftlog, make_run: MakeRun, data_dir: Path, tmp_path: Path
) -> None:
    run_id = make_run([(STDOUT, 0, LOG)], 2)
    other = tmp_path / "artifact.bin"
    (data_dir / "runs" / f"{run_id}.slog").rename(other)
    assert swiftlog("explain", str(other), "--json").json["counts"]["lines"] == 3


def test_a_baseline_tells_what_is_new(
    swiftlog: Swiftlog, log: str, make_run: MakeRun
) -> None:
    green = make_run([(STDOUT, 0, b"gcc -c main.c\n")])
    told = swiftlog("explain", log, "--baseline", green, "--json").json
    assert told["divergence"] == 2
    assert 1 not in told["news"]


@pytest.mark.parametrize("data", [b"", b"\0\xff" * 3000, b"x" * 3_000_000, b"ok\n"])
def test_any_bytes_are_explained(
    swiftlog: Swiftlog, tmp_path: Path, data: bytes
) -> None:
    path = tmp_path / "odd.log"
    path.write_bytes(data)
    for options in ((), ("--json",), ("--json-lines",)):
        result = swiftlog("explain", str(path), *options)
        assert (result.code, result.err) == (0, "")


def test_a_run_that_passed_says_so(swiftlog: Swiftlog, make_run: MakeRun) -> None:
    make_run([(STDOUT, 0, b"x.c:1:1: warning: unused\nfine\n")])
    result = swiftlog("explain", "last")
    assert result.text.startswith("Nothing in this log says that something failed.")
    assert "unused" in result.text


def test_no_such_file_and_no_such_run_are_not_found(swiftlog: Swiftlog) -> None:
    for reference in ("no/such.log", "no.slog", "0190aaaa"):
        result = swiftlog("explain", reference)
        assert (result.code, result.out) == (66, b"")


def test_a_text_file_needs_neither_database_nor_network_nor_rich(log: str) -> None:
    code = (
        "import sys; sys.argv = ['swiftlog', 'explain', sys.argv[1], '--json-lines']\n"
        "from swiftlog_cli.main import main\n"
        "assert main() == 0\n"
        "heavy = ('sqlite3', 'httpx', 'grpc', 'rich', 'asyncio', 'yaml', 'zstandard')\n"
        "print([name for name in heavy if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, log], check=True, capture_output=True, text=True
    )
    assert done.stdout.splitlines()[-1] == "[]"
