"""Plugins are found by name, and only the one that is asked for is imported."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from swiftlog_core.errors import PluginBrokenError, PluginNotFoundError
from swiftlog_core.plugins import EXPLAINERS, Kind

BUILT_IN: Kind[str] = Kind("swiftlog.things", {"text": "builtins:str"})


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Install a distribution with two plugins, one of which cannot be imported."""
    meta = tmp_path / "things-1.dist-info"
    meta.mkdir()
    (meta / "METADATA").write_text("Name: things\nVersion: 1\n")
    (meta / "entry_points.txt").write_text(
        "[swiftlog.things]\ngood = good_thing:Good\nbad = bad_thing:Bad\n"
    )
    (tmp_path / "good_thing.py").write_text("class Good: pass\n")
    (tmp_path / "bad_thing.py").write_text("raise RuntimeError('no')\n")
    monkeypatch.syspath_prepend(str(tmp_path))


def test_a_built_in_name_is_loaded() -> None:
    assert BUILT_IN.load("text")(1) == "1"


@pytest.mark.usefixtures("installed")
def test_an_installed_name_is_loaded_and_no_other() -> None:
    assert BUILT_IN.load("good").__name__ == "Good"
    assert "bad_thing" not in sys.modules
    assert BUILT_IN.names() == ("bad", "good", "text")


@pytest.mark.usefixtures("installed")
def test_a_plugin_that_raises_and_an_unknown_name_are_told_apart() -> None:
    with pytest.raises(PluginBrokenError):
        BUILT_IN.load("bad")
    with pytest.raises(PluginNotFoundError):
        BUILT_IN.load("none")
    with pytest.raises(PluginBrokenError):
        Kind[str]("swiftlog.things", {"x": "builtins:no_such"}).load("x")


def test_the_openai_explainer_is_built_in_and_imports_its_library_late() -> None:
    assert EXPLAINERS.load("openai").__name__ == "OpenAIExplainer"
    assert EXPLAINERS.names() == ("openai",)
