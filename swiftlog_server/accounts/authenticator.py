"""From an API token to a principal: the check that every request goes through.

Owns the lookup, its short memory, and the note of when a token was last used. A
principal is remembered for ``CACHE_SECONDS``: that is how long a revocation by
another process may take to be felt; one by this process is felt at once.
"""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import sha256
from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING, Final, NamedTuple, cast

from sqlmodel import col, select, update

from swiftlog_server.accounts.interfaces import TOKEN_PREFIX, Principal
from swiftlog_server.accounts.models import ApiToken, Membership, User
from swiftlog_server.errors import UnauthenticatedError

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlmodel import Session

    from swiftlog_server.accounts.interfaces import Scope
    from swiftlog_server.db.engine import Database

CACHE_SECONDS: Final = 10.0
_MAX_CACHED: Final = 20_000
_MAX_TOKEN_LENGTH: Final = 256


def digest_of(token: str) -> str:
    """Return what is stored of *token*: its SHA-256 in lower-case hex."""
    return sha256(token.encode("utf-8", "surrogateescape")).hexdigest()


class _Remembered(NamedTuple):
    principal: Principal
    until: float  # monotonic


class TokenAuthenticator:
    """Checks tokens against the database. Thread-safe."""

    def __init__(
        self,
        database: Database,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        clock: Callable[[], float] = monotonic,
    ) -> None:
        """Remember nothing yet; *now* tells expiry, *clock* the age of memories."""
        self._database = database
        self._now = now
        self._clock = clock
        self._lock = Lock()
        self._cache: dict[str, _Remembered] = {}
        self._used: dict[int, datetime] = {}

    def cached(self, token: str) -> Principal | None:
        """Return the principal if it was checked seconds ago; never blocks."""
        held = self._cache.get(digest_of(token))
        if held is None or held.until <= self._clock():
            return None
        return held.principal

    def authenticate(self, token: str) -> Principal:
        """Return the principal of *token*; reads the database.

        Raises ``UnauthenticatedError`` for an unknown, expired or revoked token and
        for a disabled user.
        """
        if not token.startswith(TOKEN_PREFIX) or len(token) > _MAX_TOKEN_LENGTH:
            message = "this is not a token of a SwiftLog server"
            raise UnauthenticatedError(message)
        digest, now = digest_of(token), self._now()
        with self._database.reading() as session:
            row, user = _find(session, digest)
            _refuse_dead(row, user, now)
            principal = _principal(session, row, user)
        self._remember(digest, principal, row.expires_at, now)
        return principal

    def forget(self, token_id: int) -> None:
        """Drop what is remembered of a token, so that a revocation is felt now."""
        with self._lock:
            for digest, held in list(self._cache.items()):
                if held.principal.token_id == token_id:
                    del self._cache[digest]

    def forget_user(self, user_id: int) -> None:
        """Drop what is remembered of a user's tokens: roles have changed."""
        with self._lock:
            for digest, held in list(self._cache.items()):
                if held.principal.user_id == user_id:
                    del self._cache[digest]

    def write_usage(self) -> None:
        """Store when tokens were last used; called about once a minute, off path."""
        with self._lock:
            used, self._used = self._used, {}
        if not used:
            return
        with self._database.writing() as session:
            for token_id, when in used.items():
                session.exec(
                    update(ApiToken)
                    .where(col(ApiToken.id) == token_id)
                    .values(last_used_at=when)
                )

    def _remember(
        self,
        digest: str,
        principal: Principal,
        expires_at: datetime | None,
        now: datetime,
    ) -> None:
        seconds = CACHE_SECONDS
        if expires_at is not None:
            seconds = min(seconds, (expires_at - now).total_seconds())
        with self._lock:
            if len(self._cache) >= _MAX_CACHED:
                self._cache.clear()
            self._cache[digest] = _Remembered(principal, self._clock() + seconds)
            if principal.token_id is not None:
                self._used[principal.token_id] = now


def _find(session: Session, digest: str) -> tuple[ApiToken, User]:
    found = session.exec(
        select(ApiToken, User)
        .join(User, col(User.id) == ApiToken.user_id)
        .where(ApiToken.token_sha256 == digest)
    ).first()
    if found is None:
        message = "this token is not known here"
        raise UnauthenticatedError(message)
    return found


def _refuse_dead(row: ApiToken, user: User, now: datetime) -> None:
    if row.revoked_at is not None:
        message = "this token was revoked"
    elif row.expires_at is not None and row.expires_at <= now:
        message = "this token has expired"
    elif user.disabled_at is not None:
        message = "this token's user is disabled"
    else:
        return
    raise UnauthenticatedError(message)


def _principal(session: Session, row: ApiToken, user: User) -> Principal:
    memberships = session.exec(
        select(Membership).where(Membership.user_id == row.user_id)
    ).all()
    return Principal(
        key=f"token:{row.id}",
        user_id=row.user_id,
        login=user.login,
        scope=cast("Scope", row.scope),  # the table checks it
        is_admin=user.is_admin,
        token_id=row.id,
        project_id=row.project_id,
        organisation_roles={
            m.organisation_id: m.role for m in memberships if m.organisation_id
        },
        project_roles={m.project_id: m.role for m in memberships if m.project_id},
    )
