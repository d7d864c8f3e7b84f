"""Shapes of the token routes."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from swiftlog_server.accounts.interfaces import Scope
from swiftlog_server.web.schemas import RequestModel

Name = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)
]


class TokenRequest(RequestModel):
    """What a new token shall be."""

    name: Name = Field(description="For people: where the token will be used.")
    scope: Scope = Field(description="`ingest` sends runs, `read` reads, `admin` all.")
    project: Name | None = Field(
        default=None, description="Bind the token to this project."
    )
    expires_in_days: int | None = Field(
        default=365, ge=1, le=3650, description="`null`: it never expires."
    )


class TokenBody(BaseModel):
    """A token as lists show it: without its text."""

    model_config = ConfigDict(from_attributes=True)

    id: int
    name: str
    hint: str = Field(description="How the token starts.")
    scope: Scope
    project_id: int | None
    user_id: int
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None = Field(description="Accurate to about a minute.")
    revoked_at: datetime | None


class MadeTokenBody(TokenBody):
    """A new token with its text, which is never shown again."""

    token: str = Field(examples=["swl_..."])


class TokenPage(BaseModel):
    """A page of tokens, newest first."""

    items: list[TokenBody]
    total: int
    limit: int
    offset: int


class WhoAmI(BaseModel):
    """Who the token of this request speaks for."""

    login: str
    user_id: int
    scope: Scope
    is_admin: bool
    token_id: int | None
    project_id: int | None = Field(description="Set: only this project is in reach.")
    organisation_roles: dict[int, str]
    project_roles: dict[int, str]
