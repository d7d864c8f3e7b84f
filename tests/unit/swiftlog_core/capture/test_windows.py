"""The capture for Windows uses nothing that is not everywhere: it is tried here."""

from __future__ import annotations

import json
import subprocess

import pytest

from tests.unit.swiftlog_core.capture.captured import ROOT, python

PROGRAM = """
import json, os, sys
root, options, *argv = sys.argv[1:]
sys.path.insert(0, root)
from swiftlog_core.capture.link import LinkReader
from swiftlog_core.capture.spec import CaptureSpec, RecorderHandle
from swiftlog_core.capture.windows import capture
reader, writer = os.pipe()
start = lambda fds: RecorderHandle(0, writer)
options = json.loads(options)
spec = CaptureSpec(argv, dict(os.environ), start_recorder=start, **options)
result = capture(spec)
link = LinkReader(reader)
got = []
while not (link.ended or link.broken):
    got += [(k, b.decode()) for k, _, b in link.read()]
print(json.dumps([result.status, result.exit_code, result.cause, got]), file=sys.stderr)
"""


def _run(argv: list[str], **options: object) -> tuple[bytes, list[object]]:
    done = subprocess.run(
        [*python(PROGRAM), str(ROOT), json.dumps(options), *argv],
        capture_output=True,
        check=True,
        stdin=subprocess.DEVNULL,
        timeout=30,
    )
    facts: list[object] = json.loads(done.stderr.splitlines()[-1])
    return done.stdout, facts


def test_output_and_exit_pass() -> None:
    out, facts = _run(python("print('hi'); raise SystemExit(7)"))
    assert out == b"hi\n"
    assert facts[:3] == ["failed", 7, ""]
    messages = dict(map(tuple, facts[3]))  # type: ignore[call-overload]  # from JSON
    assert messages[1] == "hi\n"
    assert json.loads(messages[4])["exit_code"] == 7


@pytest.mark.parametrize(
    ("options", "cause"),
    [({"timeout_seconds": 0.3}, "timeout"), ({"idle_seconds": 0.3}, "idle")],
)
def test_time_limits_end_the_command(options: dict[str, object], cause: str) -> None:
    _, facts = _run(python("import time; time.sleep(60)"), **options)
    assert facts[:3] == ["failed", 124, cause]
