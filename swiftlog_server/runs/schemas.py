"""Shapes of the run routes."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, Field, StringConstraints

from swiftlog_server.web.paging import PageQuery

Status = Literal["running", "success", "failed", "cancelled", "lost"]
AiStatus = Literal["none", "pending", "processing", "completed", "failed"]
_Name = Annotated[str, StringConstraints(min_length=1, max_length=200)]
_Number = Annotated[int, Field(ge=1, le=2**53)]


class RunQuery(PageQuery):
    """Which runs are meant; newest first."""

    project: _Name | None = Field(default=None, description="Name of the project.")
    project_id: _Number | None = None
    group: _Name | None = Field(default=None, description="Name of the group.")
    group_id: _Number | None = None
    status: Status | None = None
    branch: _Name | None = None
    commit: _Name | None = None
    parent: _Name | None = Field(
        default=None, description="Id of the run in which these ran."
    )
    since: AwareDatetime | None = Field(
        default=None, description="Started then or later; with a zone."
    )
    until: AwareDatetime | None = Field(
        default=None, description="Started before; with a zone."
    )


class RunBody(BaseModel):
    """A run: what was run, how it ended, and how much it printed."""

    id: str
    project: str
    project_id: int
    group: str
    group_id: int
    status: Status
    exit_code: int | None = Field(description="As a shell tells it; null: unknown.")
    signal: int = Field(description="The signal that ended the command; 0: none.")
    cause: str
    argv: list[str]
    cwd: str
    host: str
    tty: bool
    merged: bool
    meta: dict[str, str]
    ci: dict[str, str]
    branch: str
    commit: str
    parent_run_id: str | None
    client_version: str
    start_time: datetime
    end_time: datetime | None
    duration_ns: int | None
    lines: int
    size: int = Field(description="Bytes printed.")
    frames: int
    gaps: int
    gap_bytes: int
    conflicted: bool = Field(description="Two recorders used this id.")
    complete: bool = Field(description="Closed by its recorder and proven whole.")
    version: int = Field(description="Rises with every change of the status.")
    ai_status: AiStatus


class RunPage(BaseModel):
    """A page of runs, newest first."""

    items: list[RunBody]
    total: int
    limit: int
    offset: int


class ReceiptBody(BaseModel):
    """The proof that a run is whole. Digests are lower-case hex.

    ``chain`` is the last value of the chain over the frames; see the reference of
    the frame format for how it is computed.
    """

    run_id: str
    size: int
    lines: int
    frames: int
    chain: str
    sha256_stdout: str
    sha256_stderr: str
    gaps: int
    gap_bytes: int
    acknowledged_by: str = Field(description="The server that holds every frame.")
    status: Status
    exit_code: int | None
