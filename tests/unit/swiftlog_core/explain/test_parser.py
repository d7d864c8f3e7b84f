from __future__ import annotations

import importlib.metadata
import re
import sys
from pathlib import Path

import pytest

import swiftlog_core.explain.parsers as package
from swiftlog_core.explain.api import explain
from swiftlog_core.explain.parser import (
    BUILT_IN,
    KINDS,
    TOOL,
    load_all,
    load_built_in,
    load_installed,
)
from swiftlog_core.explain.shapes import Shape, ShapeParser, literals
from swiftlog_core.explain.source import BytesSource


def test_every_parser_module_is_in_the_table_and_named_like_it() -> None:
    modules = {path.stem for path in Path(package.__path__[0]).glob("[a-z]*.py")}
    assert modules == set(BUILT_IN)
    assert [load_built_in(name).name for name in BUILT_IN] == list(BUILT_IN)


def test_every_parser_has_a_kind_and_triggers() -> None:
    for parser in load_all():
        assert parser.kind in KINDS
        assert parser.triggers


GNOME = ShapeParser(
    "gnome",
    TOOL,
    literals("gnome says"),
    (Shape(re.compile(r"gnome says (?P<message>.*)")),),
)


def make_gnome() -> ShapeParser:
    return GNOME


def make_trouble() -> ShapeParser:
    raise RuntimeError


def test_a_parser_from_elsewhere_is_read_besides_the_built_in_ones() -> None:
    found = explain(BytesSource(b"fine\ngnome says no\n"), parsers=[GNOME])
    assert [f.message for f in found.findings] == ["no"]
    assert found.ranked[0] == 2


def test_installed_parsers_load_and_broken_ones_are_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def entry_points(**wanted: str) -> tuple[importlib.metadata.EntryPoint, ...]:
        points = (
            importlib.metadata.EntryPoint(name, f"{__name__}:{made}", wanted["group"])
            for name, made in (("gnome", "make_gnome"), ("trouble", "make_trouble"))
        )
        return tuple(p for p in points if p.name == wanted.get("name", p.name))

    monkeypatch.setitem(sys.modules, __name__, _this_module())
    monkeypatch.setattr(importlib.metadata, "entry_points", entry_points)
    parsers, broken = load_installed()
    assert parsers == (GNOME,)
    assert [error.code for error in broken] == ["plugin_broken"]


def _this_module() -> object:
    module = type("module", (), {})()
    module.make_gnome = make_gnome
    module.make_trouble = make_trouble
    return module
