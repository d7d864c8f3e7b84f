from __future__ import annotations

from typing import TYPE_CHECKING

from swiftlog_core.explain.parsers.diff import PARSER

if TYPE_CHECKING:
    from collections.abc import Callable

    from swiftlog_core.events import Finding

OUTPUT = """\
diff --git a/src/app.js b/src/app.js
index 4a61582..c017a58 100644
--- a/src/app.js
+++ b/src/app.js
@@ -1,2 +1,2 @@
-let a=1
+let a = 1
finished
"""


def test_a_diff_is_one_block_of_its_file(
    read: Callable[..., list[Finding]],
) -> None:
    found = read(PARSER, OUTPUT)
    assert [(f.severity, f.first_line, f.last_line, f.file, f.line) for f in found] == [
        ("error", 1, 7, "src/app.js", 0),
    ]
    assert found[0].message == "src/app.js b/src/app.js"
