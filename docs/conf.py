"""Sphinx: MyST pages, the furo theme, and no import of the code.

Pages about the code are written by ``tools/gen_reference.py`` and committed, so that
building the documentation needs nothing but `requirements-docs.lock`.
"""

from __future__ import annotations

project = "SwiftLog"
author = "the SwiftLog authors"
project_copyright = f"2026, {author}"

extensions = ["myst_parser"]
exclude_patterns = ["_build"]
source_suffix = {".md": "markdown"}
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3
nitpicky = True

html_theme = "furo"
html_title = project
