"""Routes for runs. A run is named by its id, or by six or more of its characters."""

from __future__ import annotations

from typing import Annotated, cast

from anyio.to_thread import run_sync
from fastapi import APIRouter, Depends, Path, Query, Request, Response
from pydantic import BaseModel

from swiftlog_server.accounts.access import Administrator, Reader
from swiftlog_server.errors import ReceiptMissingError
from swiftlog_server.runs.removal import RunRemoval
from swiftlog_server.runs.schemas import ReceiptBody, RunBody, RunPage, RunQuery, Status
from swiftlog_server.runs.service import RunFilter, RunService, RunView
from swiftlog_server.web.health import ServerFacts
from swiftlog_server.web.provide import Provided, get
from swiftlog_server.web.schemas import ErrorBody, Responses

router = APIRouter(prefix="/api/v1", tags=["runs"])

Runs = Annotated[RunService, Depends(Provided(RunService))]
RunReference = Annotated[
    str, Path(min_length=1, max_length=64, description="Id, or how it begins.")
]
AMBIGUOUS: Responses = {
    409: {"model": ErrorBody, "description": "The prefix fits several."}
}


@router.get("/runs", response_model=RunPage)
def list_runs(
    principal: Reader, runs: Runs, wanted: Annotated[RunQuery, Query()]
) -> Response:
    """List the runs within reach, newest first."""
    conditions = RunFilter(
        project=wanted.project,
        project_id=wanted.project_id,
        group=wanted.group,
        group_id=wanted.group_id,
        status=wanted.status,
        branch=wanted.branch,
        commit=wanted.commit,
        parent_run_id=wanted.parent,
        since=wanted.since,
        until=wanted.until,
    )
    views, total = runs.list_runs(
        principal, conditions, limit=wanted.limit, offset=wanted.offset
    )
    page = RunPage(
        items=[_body(view) for view in views],
        total=total,
        limit=wanted.limit,
        offset=wanted.offset,
    )
    return _json(page)


@router.get("/runs/{run_id}", response_model=RunBody, responses=AMBIGUOUS)
async def get_run(
    request: Request, principal: Reader, run_id: RunReference
) -> Response:
    """Return a run."""
    # Asked for more than all other routes together. A plain function would cost two
    # switches of threads, one of them for a second validation of what we made.
    view = await run_sync(get(request, RunService).get, principal, run_id)
    return _json(_body(view))


@router.delete("/runs/{run_id}", status_code=204, responses=AMBIGUOUS)
def delete_run(
    principal: Administrator,
    removal: Annotated[RunRemoval, Depends(Provided(RunRemoval))],
    run_id: RunReference,
) -> None:
    """Delete a run that has ended, with its log; needs the role maintainer."""
    removal.delete(principal, run_id)


@router.get("/runs/{run_id}/receipt", responses=AMBIGUOUS)
def get_receipt(
    principal: Reader,
    runs: Runs,
    facts: Annotated[ServerFacts, Depends(Provided(ServerFacts))],
    run_id: RunReference,
) -> ReceiptBody:
    """Return the proof that a run is whole; 404 until its recorder has closed it."""
    run = runs.get(principal, run_id).run
    if run.receipt_at is None:
        raise ReceiptMissingError(run.id)
    return ReceiptBody(
        run_id=run.id,
        size=run.size,
        lines=run.lines,
        frames=run.last_seq,
        chain=run.chain.hex(),
        sha256_stdout=(run.sha256_stdout or b"").hex(),
        sha256_stderr=(run.sha256_stderr or b"").hex(),
        gaps=run.gaps,
        gap_bytes=run.gap_bytes,
        acknowledged_by=facts.server_id,
        status=cast("Status", run.status),  # the table checks it
        exit_code=run.exit_code,
    )


def _json(body: BaseModel) -> Response:
    """Return our own body as it is: the framework would validate it once more."""
    return Response(body.model_dump_json(), media_type="application/json")


def _body(view: RunView) -> RunBody:
    run = view.run
    return RunBody(
        project=view.project,
        group=view.group,
        commit=run.commit_sha,
        frames=run.last_seq,
        complete=run.receipt_at is not None,
        version=run.status_version,
        **{name: getattr(run, name) for name in _SAME},
    )


# Columns that the API shows under their own names.
_SAME = tuple(
    name
    for name in RunBody.model_fields
    if name not in ("project", "group", "commit", "frames", "complete", "version")
)
