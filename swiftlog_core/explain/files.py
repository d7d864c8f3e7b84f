"""Findings from files that tools write: SARIF and JUnit XML.

Both are untrusted. Size is bounded; XML is read without entities or a document type,
so it can neither expand nor fetch anything. The findings stand in no log, so their
log lines are 0.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final
from xml.parsers import expat

from swiftlog_core.errors import UsageError
from swiftlog_core.events import Finding
from swiftlog_core.explain.shapes import ERROR, MAX_MESSAGE, NOTE, WARNING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

MAX_SIZE: Final = 64 << 20
MAX_FINDINGS: Final = 10_000
_TOO_LARGE: Final = f"the file has more than {MAX_SIZE >> 20} MiB"
_NEITHER: Final = "the file is neither SARIF (JSON) nor JUnit (XML)"
_BROKEN: Final = "the {} file is broken: {}"
_DOCTYPE: Final = "the XML file declares a document type, which is not read"
_LEVELS: Final[Mapping[str, str]] = {"error": ERROR, "warning": WARNING, "note": NOTE}


def read_findings(data: bytes) -> tuple[Finding, ...]:
    """Read a SARIF or JUnit XML file, told apart by the first character.

    Gives at most ``MAX_FINDINGS``. Raises ``UsageError`` when *data* is too large, or
    is neither.
    """
    if len(data) > MAX_SIZE:
        raise UsageError(_TOO_LARGE)
    start = data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    if start == b"{":
        return _read_sarif(data)
    if start == b"<":
        return _read_junit(data)
    raise UsageError(_NEITHER)


def _read_sarif(data: bytes) -> tuple[Finding, ...]:
    """Read the results of every run of a SARIF log."""
    try:
        log = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise UsageError(_BROKEN.format("SARIF", error)) from error
    found: list[Finding] = []
    for run in _maps(log, "runs"):
        driver = _map(_map(run, "tool"), "driver")
        tool = str(driver.get("name", "sarif"))
        for result in _maps(run, "results"):
            if len(found) < MAX_FINDINGS:
                found.append(_sarif_finding(tool, result))
    return tuple(found)


def _sarif_finding(tool: str, result: Mapping[str, object]) -> Finding:
    """Make a finding of one SARIF result and its first location."""
    location = next(_maps(result, "locations"), {})
    physical = _map(location, "physicalLocation")
    region = _map(physical, "region")
    return Finding(
        tool=tool,
        severity=_LEVELS.get(str(result.get("level", "warning")), NOTE),
        message=str(_map(result, "message").get("text", ""))[:MAX_MESSAGE],
        first_line=0,
        last_line=0,
        file=str(_map(physical, "artifactLocation").get("uri", "")),
        line=_whole(region.get("startLine")),
        column=_whole(region.get("startColumn")),
        rule=str(result.get("ruleId", "")),
    )


def _map(holder: object, name: str) -> Mapping[str, object]:
    """Give a member that is an object, else an empty one."""
    value = holder.get(name) if isinstance(holder, dict) else None
    return value if isinstance(value, dict) else {}


def _maps(holder: object, name: str) -> Iterator[Mapping[str, object]]:
    """Yield the objects of a member that is a list."""
    value = holder.get(name) if isinstance(holder, dict) else None
    if isinstance(value, list):
        yield from (item for item in value if isinstance(item, dict))


def _whole(value: object) -> int:
    """Give a small whole number, else 0."""
    if isinstance(value, str) and value.isdecimal() and len(value) < 10:  # noqa: PLR2004 - nine digits fit every position
        return int(value)
    return value if isinstance(value, int) and 0 <= value < 1 << 31 else 0


class _JunitReader:
    """Collects failures and errors while expat walks over the elements."""

    def __init__(self) -> None:
        """Begin outside of any test case."""
        self.found: list[Finding] = []
        self._case: Mapping[str, str] = {}

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """Remember the test case; make a finding of what failed in it."""
        if name == "testcase":
            self._case = attributes
        elif name in ("failure", "error") and len(self.found) < MAX_FINDINGS:
            case = self._case
            test = ".".join(filter(None, (case.get("classname"), case.get("name"))))
            message = ": ".join(filter(None, (test, attributes.get("message"))))
            self.found.append(
                Finding(
                    tool="junit",
                    severity=ERROR,
                    message=message[:MAX_MESSAGE],
                    first_line=0,
                    last_line=0,
                    file=case.get("file", ""),
                    line=_whole(case.get("line")),
                    rule=attributes.get("type", ""),
                )
            )


def _refuse(*_: object) -> None:
    """Stop at a document type: nothing that CI writes needs one."""
    raise UsageError(_DOCTYPE)


def _read_junit(data: bytes) -> tuple[Finding, ...]:
    """Read the failed test cases of a JUnit report."""
    reader = _JunitReader()
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _refuse
    parser.EntityDeclHandler = _refuse
    parser.StartElementHandler = reader.start
    try:
        parser.Parse(data, True)  # noqa: FBT003 - expat takes no keywords
    except expat.ExpatError as error:
        raise UsageError(_BROKEN.format("XML", error)) from error
    return tuple(reader.found)
