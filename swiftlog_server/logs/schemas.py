"""Shapes of the log routes."""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

LogFormat = Literal["json", "ndjson", "text", "csv", "raw"]
StreamName = Literal["stdout", "stderr"]
_Line = Annotated[int, Field(ge=1, le=2**53)]


class LogQuery(BaseModel):
    """Which lines, and how they shall look."""

    model_config = ConfigDict(extra="forbid")

    first: _Line = Field(default=1, alias="from", description="First line.")
    last: _Line | None = Field(
        default=None, alias="to", description="Last line, inclusive."
    )
    limit: int | None = Field(
        default=None,
        ge=1,
        le=10_000,
        description="Lines at most (with `q`: matches); JSON has 1000 without it.",
    )
    tail: int | None = Field(
        default=None, ge=1, le=10_000, description="Only the last lines, so many."
    )
    stream: StreamName | None = Field(default=None, description="Only this stream.")
    q: str | None = Field(
        default=None,
        min_length=1,
        max_length=2000,
        description="Only lines that have this text.",
    )
    regex: bool = Field(
        default=False, description="`q` is a regular expression (linear time)."
    )
    case: bool = Field(default=False, description="`q` minds case.")
    context: int = Field(default=0, ge=0, le=50, description="Lines around each match.")
    format: LogFormat = Field(
        default="json",
        description=(
            "`raw` is exactly what was printed, `text` whole lines in the order of "
            "their numbers; bytes that are not UTF-8 are exact in `base64`."
        ),
    )

    @model_validator(mode="after")
    def _agree(self) -> Self:
        given = self.model_fields_set
        if self.last is not None and self.last < self.first:
            message = "`to` lies before `from`"
            raise ValueError(message)
        if self.tail is not None and given & {"first", "last", "limit", "q"}:
            message = "`tail` goes with none of `from`, `to`, `limit` and `q`"
            raise ValueError(message)
        if self.q is None and given & {"regex", "case", "context"}:
            message = "`regex`, `case` and `context` need `q`"
            raise ValueError(message)
        if self.format == "raw" and given - {"format", "stream"}:
            message = "`raw` is whole: only `stream` goes with it"
            raise ValueError(message)
        return self


class LineBody(BaseModel):
    """A line. ``t_ns`` is when its first byte came, since the run's start."""

    line: int
    stream: StreamName
    t_ns: int
    timestamp: str = Field(description="The same as wall-clock time, RFC 3339.")
    content: str = Field(description="Without the newline.")
    more: bool = Field(description="The line goes on: not ended yet, or cut here.")
    base64: str | None = Field(
        default=None, description="The exact bytes, where they are not UTF-8."
    )
    match: bool | None = Field(
        default=None, description="In a search: whether this matches or is context."
    )


class GapBody(BaseModel):
    """Bytes that were printed after ``after_line`` and could not be kept."""

    gap: StreamName
    after_line: int
    bytes: int
    cause: str


class LogPage(BaseModel):
    """Some lines of a log.

    ``next_line`` is where to go on: with the next page, or live with ``from_line``.
    Of a run that is over it is null behind the last line.
    """

    run_id: str
    lines: list[LineBody | GapBody]
    next_line: int | None
    total_lines: int


class ChainLinkBody(BaseModel):
    """What one frame adds to the chain; the digest is lower-case hex."""

    seq: int
    first_line: int
    digest: str


class ChainPage(BaseModel):
    """Links in order; go on after the last ``seq`` until a page is empty."""

    run_id: str
    links: list[ChainLinkBody]
