"""API tokens and the first administrator: making, listing, revoking.

Owns the rows of ``api_tokens`` and ``users``. A token's text exists only in the
answer that made it. Synchronous and thread-safe.
"""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, NamedTuple

from sqlalchemy import func
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select

from swiftlog_server.accounts.authenticator import digest_of
from swiftlog_server.accounts.interfaces import ADMIN, TOKEN_PREFIX, Principal, Scope
from swiftlog_server.accounts.models import ApiToken, User
from swiftlog_server.errors import TokenNotFoundError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlmodel import Session

    from swiftlog_server.accounts.authenticator import TokenAuthenticator
    from swiftlog_server.db.engine import Database

_ADMIN_LOGIN: Final = "admin"
_HINT_LENGTH: Final = 8


class TokenWish(NamedTuple):
    """What a new token shall be; ``project`` is the name of the one it is bound to."""

    name: str
    scope: Scope
    project: str | None = None
    expires_at: datetime | None = None


class MadeToken(NamedTuple):
    """A new token's row and, this once, its text."""

    row: ApiToken
    token: str


class AccountService:
    """Makes and revokes tokens."""

    def __init__(
        self,
        database: Database,
        authenticator: TokenAuthenticator,
        *,
        find_project: Callable[[Principal, str], int],
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """Work on *database*; tell *authenticator* what it must forget.

        *find_project* gives the id of the project of that name within a principal's
        reach and raises ``ProjectNotFoundError``; projects stand on accounts, so
        the composition root hands it in.
        """
        self._database = database
        self._find_project = find_project
        self._authenticator = authenticator
        self._now = now

    def ensure_admin_token(self) -> str | None:
        """Make the administrator of an empty database and return its token.

        ``None`` when there is a user already, or another process was first.
        """
        try:
            with self._database.writing() as session:
                if session.exec(select(User.id).limit(1)).first() is not None:
                    return None
                admin = self._add_admin(session)
                return self._add(session, admin, TokenWish("first start", ADMIN)).token
        except IntegrityError:
            return None

    def administrator(self) -> Principal:
        """Return the server's administrator, who is made when missing.

        For who works on the server's machine: the database is theirs anyway.
        """
        with self._database.writing() as session:
            admin = session.exec(
                select(User)
                .where(col(User.is_admin), col(User.disabled_at).is_(None))
                .order_by(col(User.id))
            ).first() or self._add_admin(session)
            number, login = admin.id or 0, admin.login
        return Principal(f"user:{number}", number, login, ADMIN, is_admin=True)

    def create_admin_token(self, name: str = "swiftlog admin token") -> str:
        """Return a new token of the administrator."""
        return self.create_token(self.administrator(), TokenWish(name, ADMIN)).token

    def create_token(self, principal: Principal, wish: TokenWish) -> MadeToken:
        """Make a token for the principal's user.

        A token bound to a project makes only tokens bound to that project. Raises
        ``ProjectNotFoundError`` when the wish names another.
        """
        bound = principal.project_id
        if wish.project is not None:
            # Of a bound principal's projects this finds only the one.
            bound = self._find_project(principal, wish.project)
        with self._database.writing() as session:
            user = session.get_one(User, principal.user_id)
            return self._add(session, user, wish, bound)

    def list_tokens(
        self, principal: Principal, *, limit: int, offset: int
    ) -> tuple[Sequence[ApiToken], int]:
        """Return a page of the tokens that the principal may see, and how many.

        The administrator sees everybody's, others their own; newest first.
        """
        query = select(ApiToken)
        count = select(func.count()).select_from(ApiToken)
        for condition in _visible(principal):
            query, count = query.where(condition), count.where(condition)
        with self._database.reading() as session:
            rows = session.exec(
                query.order_by(col(ApiToken.id).desc()).limit(limit).offset(offset)
            ).all()
            return rows, session.exec(count).one()

    def revoke_token(self, principal: Principal, token_id: int) -> None:
        """End a token now; ending it again changes nothing.

        Raises ``TokenNotFoundError`` for one that the principal may not see.
        """
        with self._database.writing() as session:
            row = session.exec(
                select(ApiToken).where(ApiToken.id == token_id, *_visible(principal))
            ).first()
            if row is None:
                raise TokenNotFoundError(token_id)
            row.revoked_at = row.revoked_at or self._now()
            session.add(row)
        self._authenticator.forget(token_id)

    def _add_admin(self, session: Session) -> User:
        admin = User(
            login=_ADMIN_LOGIN,
            name="Administrator",
            is_admin=True,
            created_at=self._now(),
        )
        session.add(admin)
        session.flush()
        return admin

    def _add(
        self,
        session: Session,
        user: User,
        wish: TokenWish,
        project_id: int | None = None,
    ) -> MadeToken:
        token = TOKEN_PREFIX + secrets.token_urlsafe(32)
        if user.id is None:
            message = "the user has no row yet"
            raise ValueError(message)
        row = ApiToken(
            user_id=user.id,
            project_id=project_id,
            name=wish.name,
            hint=token[:_HINT_LENGTH],
            token_sha256=digest_of(token),
            scope=wish.scope,
            created_at=self._now(),
            expires_at=wish.expires_at,
        )
        session.add(row)
        session.flush()
        return MadeToken(row, token)


def _visible(principal: Principal) -> list[bool]:
    """Return the conditions for tokens that *principal* may list and revoke."""
    conditions = []
    if not principal.is_admin:
        conditions.append(ApiToken.user_id == principal.user_id)
    if principal.project_id is not None:
        conditions.append(ApiToken.project_id == principal.project_id)
    return conditions
