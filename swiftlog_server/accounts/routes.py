"""Routes for tokens and for "who am I"."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Path

from swiftlog_server.accounts.access import Administrator, Anyone
from swiftlog_server.accounts.models import ApiToken
from swiftlog_server.accounts.schemas import (
    MadeTokenBody,
    TokenBody,
    TokenPage,
    TokenRequest,
    WhoAmI,
)
from swiftlog_server.accounts.service import AccountService, TokenWish
from swiftlog_server.web.paging import Paging
from swiftlog_server.web.provide import Provided

router = APIRouter(prefix="/api/v1", tags=["accounts"])

Accounts = Annotated[AccountService, Depends(Provided(AccountService))]
TokenId = Annotated[int, Path(ge=1, le=2**53)]


@router.get("/whoami")
def whoami(principal: Anyone) -> WhoAmI:
    """Tell who the token of this request speaks for and how far it reaches."""
    return WhoAmI(
        login=principal.login,
        user_id=principal.user_id,
        scope=principal.scope,
        is_admin=principal.is_admin,
        token_id=principal.token_id,
        project_id=principal.project_id,
        organisation_roles=dict(principal.organisation_roles),
        project_roles=dict(principal.project_roles),
    )


@router.get("/tokens")
def list_tokens(
    principal: Administrator, accounts: Accounts, page: Paging
) -> TokenPage:
    """List the tokens of this user, or everybody's for the administrator."""
    rows, total = accounts.list_tokens(principal, limit=page.limit, offset=page.offset)
    items = [TokenBody.model_validate(row) for row in rows]
    return TokenPage(items=items, total=total, limit=page.limit, offset=page.offset)


@router.post("/tokens", status_code=201)
def create_token(
    principal: Administrator, accounts: Accounts, wish: TokenRequest
) -> MadeTokenBody:
    """Make a token. Its text is in this answer and nowhere else, ever."""
    expires_at = None
    if wish.expires_in_days is not None:
        expires_at = datetime.now(UTC) + timedelta(days=wish.expires_in_days)
    made = accounts.create_token(
        principal, TokenWish(wish.name, wish.scope, wish.project, expires_at)
    )
    return _made(made.row, made.token)


@router.delete("/tokens/{token_id}", status_code=204)
def revoke_token(
    principal: Administrator, accounts: Accounts, token_id: TokenId
) -> None:
    """Revoke a token; this process refuses it at once, others within 10 s."""
    accounts.revoke_token(principal, token_id)


def _made(row: ApiToken, token: str) -> MadeTokenBody:
    shown = TokenBody.model_validate(row).model_dump()
    return MadeTokenBody(**shown, token=token)
