"""Bits of Markdown that all pages of the reference use."""

from __future__ import annotations

import inspect


def table(*rows: tuple[str, ...]) -> str:
    """Return a Markdown table whose first row is its head."""
    head, *body = [[cell.replace("|", "\\|") for cell in row] for row in rows]
    lines = [head, ["---"] * len(head), *body]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def sentence(text: str) -> str:
    """Return the first paragraph of a docstring or help text, on one line."""
    return " ".join(text.strip().split("\n\n")[0].split()).replace("``", "`")


def paragraphs(text: str) -> str:
    """Return a help text as Markdown: click's preformatted parts as code."""
    parts = []
    for part in inspect.cleandoc(text).split("\n\n"):
        if part.startswith("\b"):
            parts.append("```text\n" + part.removeprefix("\b\n") + "\n```")
        else:
            parts.append(part)
    return "\n\n".join(parts)
