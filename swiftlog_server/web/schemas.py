"""Shapes that every feature's routes share: the error body and pages."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

# What a route declares of its answers beside the usual one.
Responses = dict[int | str, dict[str, Any]]


class RequestModel(BaseModel):
    """A request's body: unknown fields are refused, texts are trimmed by nobody."""

    model_config = ConfigDict(extra="forbid")


class ErrorBody(BaseModel):
    """Every answer with a status of 400 or more."""

    error: str = Field(description="A sentence for people that says what to do.")
    code: str = Field(
        description="Stable name of the error.", examples=["run_not_found"]
    )
    details: dict[str, Any] | None = Field(
        default=None, description="Data of this error; its keys depend on the code."
    )
