"""The two parameters of every list: ``limit`` and ``offset``."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query

Limit = Annotated[int, Query(ge=1, le=500, description="Items in this page.")]
Offset = Annotated[
    int, Query(ge=0, le=10_000_000, description="Items to pass over first.")
]
