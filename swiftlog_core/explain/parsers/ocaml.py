"""OCaml, dune and Coq: a place, the source, and the error below it."""

from __future__ import annotations

import re
from typing import Final

from swiftlog_core.explain.parser import COMPILER
from swiftlog_core.explain.shapes import Shape, ShapeParser, expressions

PARSER: Final = ShapeParser(
    "ocaml",
    COMPILER,
    expressions(r'File "[^"\n]{1,200}", lines? [0-9]{1,6}[-,:]'),
    (
        Shape(
            re.compile(
                r'File "(?P<file>[^"]+\.(?:mli?|mll|mly|v|re|rei))", '
                r"lines? (?P<line>\d+)(?:-\d+)?(?:, characters? (?P<column>\d+).*)?:"
            ),
            more=re.compile(r'(?!File ")\s*\S'),
            limit=20,
            key=re.compile(r"(?:Error|Fatal error)(?:[^:]*): (?P<message>.*)"),
        ),
    ),
)
