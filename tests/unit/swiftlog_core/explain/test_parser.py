from __future__ import annotations

from pathlib import Path

import swiftlog_core.explain.parsers as package
from swiftlog_core.explain.parser import BUILT_IN, KINDS, load_all, load_built_in


def test_every_parser_module_is_in_the_table_and_named_like_it() -> None:
    modules = {path.stem for path in Path(package.__path__[0]).glob("[a-z]*.py")}
    assert modules == set(BUILT_IN)
    assert [load_built_in(name).name for name in BUILT_IN] == list(BUILT_IN)


def test_every_parser_has_a_kind_and_triggers() -> None:
    for parser in load_all():
        assert parser.kind in KINDS
        assert parser.triggers
