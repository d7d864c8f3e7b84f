"""What every list takes and gives: ``limit`` and ``offset``, and a page."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field


class PageQuery(BaseModel):
    """The part of a list that is asked for. Unknown parameters are refused."""

    model_config = ConfigDict(extra="forbid")

    limit: int = Field(default=50, ge=1, le=500, description="Items in this page.")
    offset: int = Field(
        default=0, ge=0, le=10_000_000, description="Items to pass over first."
    )


Paging = Annotated[PageQuery, Query()]
